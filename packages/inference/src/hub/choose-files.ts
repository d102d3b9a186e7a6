import type { Precision } from '../contract.js';
import { InferenceError } from '../errors.js';

/** A file of a model on a hub. */
export interface HubFile {
  /** With slashes, from the model's root. */
  readonly path: string;
  readonly bytes: number;
  /** sha256 as hex of large files; of others the hash that git has for them, sha1 as hex. */
  readonly digest: { readonly kind: 'sha256' | 'git'; readonly hex: string };
}

/** Graphs by precision as Optimum and transformers.js name them, the preferred one first. */
const GRAPHS: Readonly<Record<Precision, readonly string[]>> = {
  fp32: ['model.onnx'],
  fp16: ['model_fp16.onnx'],
  int8: ['model_q8.onnx', 'model_quantized.onnx', 'model_int8.onnx'],
  int4: ['model_q4.onnx', 'model_q4f16.onnx', 'model_int4.onnx'],
};
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
export function chooseFiles(files: readonly HubFile[], precision: Precision): HubFile[] {
  const plain = files.filter(({ path }) => PLAIN_PATH.test(path));
  const paths = new Set(plain.map(({ path }) => path));
  if (!paths.has('config.json')) throw new InferenceError('bad_model', 'config.json: the model has none');
  const graph = GRAPHS[precision].map((name) => `onnx/${name}`).find((path) => paths.has(path));
  if (graph === undefined) {
    const offered = (Object.keys(GRAPHS) as Precision[]).filter((each) =>
      GRAPHS[each].some((name) => paths.has(`onnx/${name}`)),
    );
    throw new InferenceError(
      'bad_model',
      `onnx/: the model is not there in ${precision}; it is in ${offered.join(', ') || 'no ONNX file that is known'}`,
    );
  }
  const isWeights = (path: string): boolean => path.startsWith(`${graph}_data`) || path === `${graph}.data`;
  return plain.filter(({ path }) => DESCRIPTIONS.has(path) || path === graph || isWeights(path));
}
