import { setFloat16 } from '@petamoriken/float16';

import { FIELD, readOnnxModel, textOf } from '../graph/onnx-model.js';
import { bytesField, join, numberField, readFields } from '../graph/wire.js';
import { type Bits, BLOCK, quantize } from './quantize.js';
import { ELEMENT, type FloatTensor, readFloatTensor, tensorMessage } from './tensors.js';

/** What weights can be converted to; fp32 is what they come from. */
export type TargetPrecision = 'fp16' | 'int8' | 'int4';

export interface ConvertedGraph {
  readonly file: Uint8Array;
  /** Weights that changed, by name, with how many numbers. */
  readonly converted: readonly { readonly name: string; readonly numbers: number }[];
  /** Numbers of weights that stay as they are. */
  readonly kept: number;
}

/** Numbers of fields and of attribute types that rewriting in onnx-model.ts has no use for. */
const ATTRIBUTE_INTEGER = 2;
const INTERNAL_DOMAIN = 'com.microsoft';
/** Products with activations rounded to 8 bits per block of one row, so that no row of a batch shows in another. */
const ACCURACY_LEVEL = 4;
const HALF_LIMIT = 65_504;

/**
 * Converts the weights of a graph in fp32. fp16: every weight is stored in half precision and computed with in single. 8 and 4
 * bits: weights of matrix products in blocks (MatMulNBits); embeddings, norms and whatever else stay.
 * @throws RangeError when the file is not such a graph, or nothing in it can be converted
 */
export function convertGraph(file: Uint8Array, precision: TargetPrecision): ConvertedGraph {
  const model = readOnnxModel(file);
  if (model.external) throw new RangeError('its weights lie in other files');
  const graph = [...readFields(file)].find(({ number }) => number === FIELD.model.graph)?.bytes;
  if (graph === undefined) throw new RangeError('it holds no graph');
  const tensors = new Map<string, FloatTensor>();
  for (const { number, bytes } of readFields(graph)) {
    const tensor = number === FIELD.graph.initializer ? readFloatTensor(bytes) : null;
    if (tensor !== null) tensors.set(tensor.name, tensor);
  }
  const rewritten = precision === 'fp16' ? toHalf(graph, tensors) : toBlocks(graph, tensors, precision);
  const { parts, names } = rewritten;
  if (names.size === 0) throw new RangeError('it has no weights that can be converted');
  const sizes = [...tensors.values()].map(({ name, values }) => ({ name, numbers: values.length }));
  return {
    file: join([
      ...[...readFields(file)].map((field) =>
        field.number === FIELD.model.graph ? bytesField(FIELD.model.graph, parts) : field.raw,
      ),
      ...(precision === 'fp16' || knowsInternal(file) ? [] : [internalOperators()]),
    ]),
    converted: sizes.filter(({ name }) => names.has(name)),
    kept: sizes.filter(({ name }) => !names.has(name)).reduce((sum, { numbers }) => sum + numbers, 0),
  };
}

interface Rewritten {
  readonly parts: Uint8Array[];
  readonly names: ReadonlySet<string>;
}

/** Casts come before all nodes; the runtime folds them when it loads the graph. */
function toHalf(graph: Uint8Array, tensors: ReadonlyMap<string, FloatTensor>): Rewritten {
  const names = new Set<string>();
  const casts: Uint8Array[] = [];
  const parts = [...readFields(graph)].map((field) => {
    if (field.number !== FIELD.graph.initializer) return field.raw;
    const tensor = tensors.get(textOf(field.bytes, FIELD.tensor.name));
    if (tensor === undefined || !isWeight(tensor)) return field.raw;
    names.add(tensor.name);
    const stored = `${tensor.name}_fp16`;
    casts.push(
      bytesField(FIELD.graph.node, [
        bytesField(FIELD.node.input, stored),
        bytesField(FIELD.node.output, tensor.name),
        bytesField(FIELD.node.name, `${tensor.name}_cast`),
        bytesField(FIELD.node.opType, 'Cast'),
        attribute('to', ELEMENT.float),
      ]),
    );
    return bytesField(
      FIELD.graph.initializer,
      tensorMessage(stored, ELEMENT.float16, tensor.dims, half(tensor)),
    );
  });
  return { parts: [...casts, ...parts], names };
}

/** Constants of a few numbers, as epsilons, are not worth a cast. */
const isWeight = ({ values }: FloatTensor): boolean => values.length >= BLOCK;

function half({ name, values }: FloatTensor): Uint8Array {
  const bytes = new Uint8Array(values.length * 2);
  const view = new DataView(bytes.buffer);
  values.forEach((value, index) => {
    if (Math.abs(value) > HALF_LIMIT) throw new RangeError(`${name} holds ${value}, more than fp16 can`);
    setFloat16(view, index * 2, value, true);
  });
  return bytes;
}

function toBlocks(
  graph: Uint8Array,
  tensors: ReadonlyMap<string, FloatTensor>,
  precision: 'int8' | 'int4',
): Rewritten {
  const bits: Bits = precision === 'int8' ? 8 : 4;
  const fields = [...readFields(graph)];
  const uses = new Map<string, number>();
  const products = new Map<string, FloatTensor>();
  for (const { number, bytes } of fields) {
    if (number !== FIELD.graph.node) continue;
    const inputs = inputsOf(bytes);
    for (const input of inputs) uses.set(input, (uses.get(input) ?? 0) + 1);
    const weight = tensors.get(inputs[1] ?? '');
    if (weight?.dims.length === 2 && isProduct(bytes) && isWeight(weight)) products.set(weight.name, weight);
  }
  const left = new Map(uses);
  for (const { number, bytes } of fields) {
    const name = number === FIELD.graph.node && isProduct(bytes) ? (inputsOf(bytes)[1] ?? '') : '';
    if (products.has(name)) left.set(name, (left.get(name) ?? 0) - 1);
  }
  const parts = fields.flatMap((field): Uint8Array[] => {
    const { number, bytes, raw } = field;
    if (number === FIELD.graph.initializer) {
      const name = textOf(bytes, FIELD.tensor.name);
      const weight = products.get(name);
      if (weight === undefined) return [raw];
      // One that an embedding shares stays for that as well.
      return [...blocksOf(weight, bits), ...((left.get(name) ?? 0) > 0 ? [raw] : [])];
    }
    const weight =
      number === FIELD.graph.node && isProduct(bytes) ? products.get(inputsOf(bytes)[1] ?? '') : null;
    return [weight == null ? raw : productNode(bytes, weight, bits)];
  });
  return { parts, names: new Set(products.keys()) };
}

function isProduct(node: Uint8Array): boolean {
  return (
    textOf(node, FIELD.node.opType) === 'MatMul' && ['', 'ai.onnx'].includes(textOf(node, FIELD.node.domain))
  );
}

function inputsOf(node: Uint8Array): string[] {
  const decoder = new TextDecoder();
  return [...readFields(node)]
    .filter(({ number }) => number === FIELD.node.input)
    .map(({ bytes }) => decoder.decode(bytes));
}

const partNames = (name: string, bits: Bits): [codes: string, scales: string] => [
  `${name}_Q${bits}`,
  `${name}_scales`,
];

function blocksOf({ name, dims, values }: FloatTensor, bits: Bits): Uint8Array[] {
  const [rows = 0, columns = 0] = dims;
  const { packed, scales, blocks } = quantize(values, rows, columns, bits);
  const [codesName, scalesName] = partNames(name, bits);
  const shape = [columns, blocks, (BLOCK * bits) / 8];
  return [
    bytesField(FIELD.graph.initializer, tensorMessage(codesName, ELEMENT.uint8, shape, packed)),
    bytesField(
      FIELD.graph.initializer,
      tensorMessage(scalesName, ELEMENT.float, [columns * blocks], new Uint8Array(scales.buffer)),
    ),
  ];
}

function productNode(node: Uint8Array, { name, dims }: FloatTensor, bits: Bits): Uint8Array {
  const [rows = 0, columns = 0] = dims;
  return bytesField(FIELD.graph.node, [
    ...[inputsOf(node)[0] ?? '', ...partNames(name, bits)].map((input) =>
      bytesField(FIELD.node.input, input),
    ),
    bytesField(FIELD.node.output, textOf(node, FIELD.node.output)),
    bytesField(FIELD.node.name, textOf(node, FIELD.node.name)),
    bytesField(FIELD.node.opType, 'MatMulNBits'),
    bytesField(FIELD.node.domain, INTERNAL_DOMAIN),
    attribute('K', rows),
    attribute('N', columns),
    attribute('bits', bits),
    attribute('block_size', BLOCK),
    attribute('accuracy_level', ACCURACY_LEVEL),
  ]);
}

function attribute(name: string, value: number): Uint8Array {
  return bytesField(FIELD.node.attribute, [
    bytesField(FIELD.attribute.name, name),
    numberField(FIELD.attribute.i, value),
    numberField(FIELD.attribute.type, ATTRIBUTE_INTEGER),
  ]);
}

function knowsInternal(file: Uint8Array): boolean {
  return [...readFields(file)].some(
    ({ number, bytes }) =>
      number === FIELD.model.opsetImport && textOf(bytes, FIELD.opset.domain) === INTERNAL_DOMAIN,
  );
}

function internalOperators(): Uint8Array {
  return bytesField(FIELD.model.opsetImport, [
    bytesField(FIELD.opset.domain, INTERNAL_DOMAIN),
    numberField(FIELD.opset.version, 1),
  ]);
}
