import { InferenceError } from '../errors.js';
import type { Vocabulary } from '../tokens/vocabulary.js';
import { grammarOf } from './grammar.js';
import { createGrammarInstance } from './xgrammar.js';

/** Schemas that stay compiled. */
const MAX_COMPILED = 8;

/** Follows one output and says which tokens may come next. */
export interface Constraint {
  /** Whether nothing more may come; only without stop tokens, which are what may come otherwise. */
  readonly ended: boolean;
  /**
   * Lowers the logits of tokens that may not come next beyond reach.
   * @throws InferenceError bad_request when none may
   */
  apply(logits: ArrayLike<number>): Promise<Float64Array>;
  /** The token that was chosen. */
  accept(id: number): void;
  close(): void;
}

export interface CompiledConstraint {
  start(): Promise<Constraint>;
}

export interface Constraints {
  /**
   * @param schema as checkJsonSchema gives it
   * @throws InferenceError bad_request when the schema is beyond the library
   */
  compile(schema: Readonly<Record<string, unknown>>): Promise<CompiledConstraint>;
}

/** Compiles schemas for one model's tokens. JSON is written without spaces, properties in the order of the schema. */
export function createConstraints(vocabulary: Vocabulary, stopTokenIds: readonly number[]): Constraints {
  // By the schema's text, the one used longest ago first.
  const compiled = new Map<string, Promise<CompiledConstraint>>();
  return {
    async compile(schema) {
      const text = JSON.stringify(schema);
      const known = compiled.get(text);
      compiled.delete(text);
      const promise = known ?? compileSchema(JSON.parse(text), vocabulary, stopTokenIds);
      compiled.set(text, promise);
      const [oldest] = compiled.keys();
      if (oldest !== undefined && compiled.size > MAX_COMPILED) compiled.delete(oldest);
      try {
        return await promise;
      } catch (error) {
        compiled.delete(text);
        throw error;
      }
    },
  };
}

async function compileSchema(
  schema: Readonly<Record<string, unknown>>,
  vocabulary: Vocabulary,
  stopTokenIds: readonly number[],
): Promise<CompiledConstraint> {
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
    const grammar = await compiler.compileGrammar(grammarOf(schema));
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

type Matcher = Awaited<
  ReturnType<typeof import('@mlc-ai/web-xgrammar')['GrammarMatcher']['createGrammarMatcher']>
>;

function follow(matcher: Matcher): Constraint {
  return {
    get ended() {
      return matcher.isTerminated();
    },
    async apply(logits) {
      const mask = await matcher.getNextTokenBitmask();
      const allowed = Float64Array.from(logits, (logit, id) =>
        ((mask[id >> 5] ?? 0) >>> (id & 31)) & 1 ? logit : Number.NEGATIVE_INFINITY,
      );
      if (allowed.every((logit) => logit === Number.NEGATIVE_INFINITY)) {
        throw new InferenceError(
          'bad_request',
          "jsonSchema: the model's tokens cannot write what must come next",
        );
      }
      return allowed;
    },
    accept(id) {
      if (!matcher.acceptToken(id)) throw new Error(`the grammar refuses token ${id}, which it allowed`);
    },
    close: () => matcher.dispose(),
  };
}
