import type { Precision } from '../contract.js';
import { InferenceError } from '../errors.js';
import { GRAPH_NAMES, graphNames } from '../loading/graph-names.js';

/** A file of a model on a hub. */
export interface HubFile {
  /** With slashes, from the model's root. */
  readonly path: string;
  readonly bytes: number;
  /** sha256 as hex of large files; of others the hash that git has for them, sha1 as hex. */
  readonly digest: { readonly kind: 'sha256' | 'git'; readonly hex: string };
}

/** What describes a model beside its weights; each where it is there. */
const DESCRIPTIONS: ReadonlySet<string> = new Set([
  'config.json',
  'generation_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'chat_template.jinja',
  'preprocessor_config.json',
  'scheduler_config.json',
  '1_Pooling/config.json',
]);
const PLAIN_PATH = /^(?!.*(?:^|\/)\.{1,2}(?:\/|$))[\w.-]+(?:\/[\w.-]+)*$/;

/**
 * Of a model's files those that the engine takes: its description, the graph in one precision, and that graph's weights where they
 * lie in files of their own. Nothing else is ever fetched, above all no code.
 * @throws InferenceError bad_model naming what the model does not have
 */
export function chooseFiles<File extends { readonly path: string }>(
  files: readonly File[],
  precision: Precision,
): File[] {
  const plain = files.filter(({ path }) => PLAIN_PATH.test(path));
  const paths = new Set(plain.map(({ path }) => path));
  if (!paths.has('config.json')) throw new InferenceError('bad_model', 'config.json: the model has none');
  const isThere = (name: string): boolean => paths.has(`onnx/${name}`);
  const name = graphNames(precision).find(isThere);
  if (name === undefined) {
    const offered = GRAPH_NAMES.filter(([, names]) => names.some(isThere)).map(([each]) => each);
    throw new InferenceError(
      'bad_model',
      `onnx/: the model is not there in ${precision}; it is in ${offered.join(', ') || 'no ONNX file that is known'}`,
    );
  }
  const graph = `onnx/${name}`;
  const isWeights = (path: string): boolean => path.startsWith(`${graph}_data`) || path === `${graph}.data`;
  return plain.filter(({ path }) => DESCRIPTIONS.has(path) || path === graph || isWeights(path));
}
