import type { DefinitionResource } from './resources.js';

/** Where the name of a model was found. */
export type ModelSource = 'spec' | 'resource' | 'command';

export interface ModelName {
  readonly name: string;
  readonly source: ModelSource;
}

const MAX_COMMAND = 20_000;
const FLAG = /^--?(?:model|model[-_](?:id|name|path)|served[-_]model[-_]name|hf[-_]repo)(?:=(.+))?$/;
const NAME = /^[A-Za-z0-9][\w.:@/-]{1,199}$/;
/** What serving engines and their wrappers read. */
const VARIABLES = ['MODEL_ID', 'MODEL_NAME', 'HF_MODEL_ID', 'OLLAMA_MODEL', 'MODEL'];

/** The model that an op loads, as far as its resources, its command or its environment name one. */
export function modelName(
  resources: readonly DefinitionResource[],
  args: { readonly cmd?: unknown; readonly env?: unknown },
): ModelName | null {
  const resource = resources.find(({ type }) => type !== 'S3');
  if (resource !== undefined) return { name: resource.name, source: 'resource' };
  const name = inCommand(wordsOf(args.cmd)) ?? inEnvironment(args.env);
  return name === null ? null : { name, source: 'command' };
}

/** A command as words: the words of a list, and those of a shell line in it. */
function wordsOf(cmd: unknown): string[] {
  const parts = Array.isArray(cmd) ? cmd : [cmd];
  const texts = parts.filter((part): part is string => typeof part === 'string');
  return texts
    .join(' ')
    .slice(0, MAX_COMMAND)
    .split(/[\s;&|]+/)
    .map((word) => word.replace(/^['"]|['"]$/g, ''));
}

function inCommand(words: readonly string[]): string | null {
  for (const [index, word] of words.entries()) {
    const flag = FLAG.exec(word);
    if (flag) {
      const value = flag[1] ?? words[index + 1];
      if (isName(value)) return value;
    }
    // `vllm serve NAME`, `ollama run NAME`
    const [tool, verb] = [words[index - 2], words[index - 1]];
    const serves =
      (tool === 'vllm' && verb === 'serve') || (tool === 'ollama' && /^(?:run|pull)$/.test(verb ?? ''));
    if (serves && isName(word)) return word;
  }
  return null;
}

function inEnvironment(env: unknown): string | null {
  if (typeof env !== 'object' || env === null) return null;
  for (const name of VARIABLES) {
    const value: unknown = Object.hasOwn(env, name) ? Reflect.get(env, name) : undefined;
    if (isName(value)) return value;
  }
  return null;
}

const isName = (value: unknown): value is string => typeof value === 'string' && NAME.test(value);
