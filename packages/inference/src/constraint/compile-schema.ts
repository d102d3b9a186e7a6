import { InferenceError } from '../errors.js';
import type { Vocabulary } from '../tokens/vocabulary.js';
import { grammarOf } from './grammar.js';
import type { Matcher } from './matcher.js';
import { createGrammarInstance } from './xgrammar.js';

/** A schema for one model's tokens. */
export interface CompiledSchema {
  start(): Promise<Matcher>;
}

/**
 * Compiles a schema for a model's tokens, in this thread: half a second where there are 150,000 of them, and many seconds for long
 * texts. JSON is written without spaces, properties in the order of the schema.
 * @param schema as checkJsonSchema gives it
 * @throws InferenceError bad_request when the schema is beyond the library
 */
export async function compileSchema(
  schema: Readonly<Record<string, unknown>>,
  vocabulary: Vocabulary,
  stopTokenIds: readonly number[],
): Promise<CompiledSchema> {
  const { library, complaints } = createGrammarInstance();
  const refuse = (): InferenceError => {
    const reason = complaints.join(' ').replace(/^\[\w+\] \S+: /, '');
    return new InferenceError('bad_request', `jsonSchema: cannot be used (${reason || 'it is too large'})`);
  };
  try {
    const { texts, kind } = vocabulary;
    const stops = [...stopTokenIds];
    const info = await library.TokenizerInfo.createTokenizerInfo(
      [...texts],
      kind,
      false,
      texts.length,
      stops,
    );
    const compiler = await library.GrammarCompiler.createGrammarCompiler(info, false);
    // What is not JSON in it says nothing.
    const grammar = await compiler.compileGrammar(grammarOf(JSON.parse(JSON.stringify(schema))));
    // Also what it only warns of would be left out.
    if (complaints.length > 0) throw refuse();
    return {
      async start() {
        const alone = stops.length === 0;
        return follow(await library.GrammarMatcher.createGrammarMatcher(grammar, undefined, alone));
      },
    };
  } catch (error) {
    // What the library throws is a number, an object that says "Aborted", or a fault of its memory.
    if (error instanceof InferenceError || error instanceof TypeError) throw error;
    throw refuse();
  }
}

type LibraryMatcher = Awaited<
  ReturnType<typeof import('@mlc-ai/web-xgrammar')['GrammarMatcher']['createGrammarMatcher']>
>;

function follow(matcher: LibraryMatcher): Matcher {
  return {
    next: async () => (matcher.isTerminated() ? undefined : matcher.getNextTokenBitmask()),
    accept(id) {
      if (!matcher.acceptToken(id)) throw new Error(`the grammar refuses token ${id}, which it allowed`);
    },
    close: () => matcher.dispose(),
  };
}
