import type { OnnxModel, OnnxNode } from './onnx-model.js';
import { INTERNAL_DOMAIN } from './write.js';

/**
 * The end of a decoder graph that need not see every token: behind the last attention each token is treated by itself, so that only those
 * have to come there whose logits are asked for.
 */
export interface AskedTokens {
  /** Tensors of all tokens, [batch, tokens, …], of which the end reads those that are asked for. */
  readonly borders: readonly string[];
  /** Nodes of the end. */
  readonly nodes: ReadonlySet<OnnxNode>;
}

/** Which inputs of an operator may have all tokens; all others must be constants, of as many sides as it takes here. */
interface ByToken {
  readonly inputs: readonly number[];
  readonly takes: (constantSides: number) => boolean;
}

const MATRIX_SIDES = 2;
const isOfOneToken = (sides: number): boolean => sides <= 1;
const ONE: ByToken = { inputs: [0], takes: isOfOneToken };
const BOTH: ByToken = { inputs: [0, 1], takes: isOfOneToken };
/** A product with a vector would have a side less. */
const PRODUCT: ByToken = { inputs: [0], takes: (sides) => sides === MATRIX_SIDES };
const ANY_CONSTANTS: ByToken = { inputs: [0], takes: () => true };

/** Operators that treat each token by itself, where their constants are vectors of one token or matrices that it is multiplied with. */
const BY_TOKEN: ReadonlyMap<string, ByToken> = new Map([
  ...['Add', 'Sub', 'Mul', 'Div'].map((type) => [type, BOTH] as const),
  ...['Sigmoid', 'Tanh', 'Relu', 'Erf', 'Gelu', 'Identity', 'Cast'].map((type) => [type, ONE] as const),
  ...['QuickGelu', 'FastGelu', 'Gelu', 'BiasGelu'].map(
    (type) => [`${INTERNAL_DOMAIN}.${type}`, ONE] as const,
  ),
  ...['LayerNormalization', 'SimplifiedLayerNormalization'].map((type) => [type, ONE] as const),
  [`${INTERNAL_DOMAIN}.SkipLayerNormalization`, BOTH],
  [`${INTERNAL_DOMAIN}.SkipSimplifiedLayerNormalization`, BOTH],
  ['MatMul', PRODUCT],
  [`${INTERNAL_DOMAIN}.MatMulNBits`, ANY_CONSTANTS],
]);
const NORMS: ReadonlySet<string> = new Set(['LayerNormalization', 'SimplifiedLayerNormalization']);
const EMBEDDINGS: ReadonlySet<string> = new Set(['Gather', `${INTERNAL_DOMAIN}.GatherBlockQuantized`]);
const ATTENTION = `${INTERNAL_DOMAIN}.GroupQueryAttention`;
const TOKENS = 'input_ids';

/**
 * Finds the end of a graph that only the asked tokens need, as far as its operators are known. All that it reads is sure to be
 * [batch, tokens, …]: it comes from the embeddings of the tokens by ways that keep these sides.
 * @param head what makes the logits
 */
export function askedTokens(model: OnnxModel, head: OnnxNode): AskedTokens {
  const producers = new Map(model.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const readers = new Map<string, OnnxNode[]>();
  for (const node of model.nodes) {
    for (const name of new Set(node.inputs)) {
      const others = readers.get(name);
      if (others) others.push(node);
      else readers.set(name, [node]);
    }
  }
  const known = new Map<OnnxNode, boolean>();

  /** Inputs with all tokens; undefined where the operator does not treat each by itself. */
  function streams(node: OnnxNode): string[] | undefined {
    const type = typeOf(node);
    const rule = BY_TOKEN.get(type);
    if (rule === undefined || (NORMS.has(type) && (node.integers.get('axis') ?? -1) !== -1)) return undefined;
    const own: string[] = [];
    for (const [at, name] of node.inputs.entries()) {
      if (name === '') continue;
      const sides = model.initializers.get(name)?.length;
      if (sides === undefined && rule.inputs.includes(at)) own.push(name);
      else if (sides === undefined || !rule.takes(sides)) return undefined;
    }
    return own.length > 0 ? own : undefined;
  }

  /** In the order of the file, in which nodes come after what they read. */
  for (const node of model.nodes) known.set(node, keepsTokens(node));

  function keepsTokens(node: OnnxNode): boolean {
    const type = typeOf(node);
    const [first = '', second = ''] = node.inputs;
    if (EMBEDDINGS.has(type)) {
      const isTable = model.initializers.get(first)?.length === MATRIX_SIDES;
      return isTable && second === TOKENS && (node.integers.get('axis') ?? 0) === 0;
    }
    // Attention has what it makes of tokens in their order, and its new keys are compared with their number at each step.
    return type === ATTENTION || (streams(node) ?? ['']).every(hasTokens);
  }

  function hasTokens(name: string): boolean {
    const producer = producers.get(name);
    if (producer === undefined || known.get(producer) !== true) return false;
    // What attention gives besides is its cache.
    return typeOf(producer) !== ATTENTION || producer.outputs[0] === name;
  }

  const nodes = new Set([head]);
  for (const node of [...model.nodes].reverse()) {
    const outputs = node.outputs.filter((name) => name !== '');
    const inside =
      known.get(node) === true &&
      streams(node) !== undefined &&
      outputs.some((name) => readers.has(name)) &&
      outputs.every(
        (name) => !model.outputs.has(name) && (readers.get(name) ?? []).every((one) => nodes.has(one)),
      );
    if (inside) nodes.add(node);
  }
  const borders = [...nodes].flatMap((node) => {
    const own = node === head ? [head.inputs[0] ?? ''] : (streams(node) ?? []);
    return own.filter((name) => !nodes.has(producers.get(name) ?? head));
  });
  return { borders: [...new Set(borders)], nodes };
}

function typeOf({ domain, opType }: OnnxNode): string {
  return domain === '' || domain === 'ai.onnx' ? opType : `${domain}.${opType}`;
}
