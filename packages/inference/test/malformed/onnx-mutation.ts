import { bytesField, join, numberField, readFields } from '../../src/graph/wire.js';

/** A field of a message, with its own fields where it is a message. */
interface Part {
  readonly number: number;
  readonly raw: Uint8Array;
  readonly bytes: Uint8Array;
  readonly isNumber: boolean;
  readonly parts: readonly Part[] | undefined;
}

type Message = Readonly<Record<number, string>>;
/** Where messages lie within each other in onnx.proto. */
const MESSAGES: Readonly<Record<string, Message>> = {
  model: { 7: 'graph', 8: 'opset' },
  graph: { 1: 'node', 5: 'tensor', 11: 'value', 12: 'value', 13: 'value' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor', 6: 'graph' },
  value: { 2: 'type' },
  type: { 1: 'tensorType' },
  tensorType: { 2: 'shape' },
  shape: { 1: 'dimension' },
  dimension: {},
  opset: {},
  tensor: { 13: 'entry' },
  entry: {},
};

const TEXTS = [
  ...['', '/etc/passwd', '../../../../etc/passwd', '..', 'x'.repeat(5000), '\0', 'ø'],
  ...[
    'Add',
    'MatMul',
    'Loop',
    'If',
    'Scan',
    'Concat',
    'Shape',
    'GroupQueryAttention',
    'ConstantOfShape',
    'Resize',
  ],
  ...['com.example', 'com.microsoft', 'ai.onnx', 'ai.onnx.ml', 'ai.onnx.training'],
  ...[
    'input_ids',
    'logits',
    'past_key_values.0.key',
    'present.1.value',
    'attention_mask',
    'axis',
    'to',
    'perm',
  ],
  ...['location', 'offset', 'length', '-1', '99999999999999999999'],
];
/** Also as what a signed number becomes below zero. */
const NUMBERS = [0, 1, 2, 3, 6, 7, 10, 16, 255, 65_536, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 40, 2 ** 53 - 1];
const MINUS_ONE = Uint8Array.of(...new Array<number>(9).fill(255), 1);

/** Draws a whole number from 0 to below a limit. */
export type Draw = (limit: number) => number;

/** The file with one to three fields changed: left out, doubled, exchanged, or with other content; everything else still fits together. */
export function mutateOnnx(file: Uint8Array, draw: Draw): Uint8Array {
  let bytes = file;
  for (let change = draw(3); change >= 0; change--) bytes = mutateOnce(bytes, draw);
  return bytes;
}

function mutateOnce(file: Uint8Array, draw: Draw): Uint8Array {
  const root = read(file, 'model');
  const target = draw(count(root));
  let at = 0;
  const write = (parts: readonly Part[]): Uint8Array[] =>
    parts.flatMap((part, place) => {
      if (at++ === target) return changed(part, parts[(place + 1) % parts.length] ?? part, draw);
      const size = part.parts ? count(part.parts) : 0;
      if (part.parts === undefined || at + size <= target) {
        at += size;
        return [part.raw];
      }
      return [bytesField(part.number, write(part.parts))];
    });
  return join(write(root));
}

function changed(part: Part, neighbour: Part, draw: Draw): Uint8Array[] {
  const { number, raw, bytes, isNumber } = part;
  const of = <T>(list: readonly T[]): T => list[draw(list.length)] as T;
  const text = () => bytesField(number, of(TEXTS));
  const tag = numberField(number, 0).subarray(0, -1);
  const ways: (() => Uint8Array[])[] = [
    () => [],
    () => [raw, raw],
    () => [neighbour.raw],
    () => [neighbour.raw, raw],
    () => [numberField(number, of(NUMBERS))],
    ...(isNumber ? [() => [numberField(number, of(NUMBERS))], () => [join([tag, MINUS_ONE])]] : []),
    ...(part.parts
      ? [
          // Weights that lie in another file.
          () => [
            bytesField(number, [
              bytes,
              bytesField(13, [bytesField(1, 'location'), bytesField(2, of(TEXTS))]),
              numberField(14, 1),
            ]),
          ],
        ]
      : [() => [text()], () => [text()]]),
    () => [bytesField(number, [bytes.subarray(0, draw(bytes.length + 1))])],
    () => [bytesField(number, [bytes, bytes])],
    () => {
      const other = bytes.slice();
      if (other.length > 0) other[draw(other.length)] = draw(256);
      return [bytesField(number, [other])];
    },
  ];
  return of(ways)();
}

function read(message: Uint8Array, kind: string): Part[] {
  const inside = MESSAGES[kind] ?? {};
  return [...readFields(message)].map(({ number, raw, bytes }) => {
    const inner = inside[number];
    let parts: Part[] | undefined;
    if (inner !== undefined) {
      try {
        parts = read(bytes, inner);
      } catch {
        // An earlier change left no message there.
      }
    }
    return { number, raw, bytes, isNumber: bytes.length === 0 && inner === undefined, parts };
  });
}

const count = (parts: readonly Part[]): number =>
  parts.reduce((sum, part) => sum + 1 + (part.parts ? count(part.parts) : 0), 0);
