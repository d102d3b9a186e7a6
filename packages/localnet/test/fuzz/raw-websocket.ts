import type { Dice } from './dice.js';
import { closeCode, frame, OPCODES, type ReceivedFrame, readFrames } from './frames.js';
import type { Verdict } from './judge.js';
import { openRaw, type RawSocket } from './raw-socket.js';

const HANDSHAKE = [
  'GET / HTTP/1.1',
  'Host: localhost',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  '',
  '',
].join('\r\n');
const CALL = Buffer.from('{"jsonrpc":"2.0","id":1,"method":"slotSubscribe"}');
const PROTOCOL_ERROR = 1002;
const NOT_UTF8 = 1007;
const TOO_BIG = 1009;
/** Above the limit of a message. */
const OVERSIZED = 300_000;

/** What a server must do about some frames. */
interface FrameAttack {
  readonly what: string;
  readonly bytes: Uint8Array;
  /** A close code, an answer to the call, or nothing, because the sender does not stay for it. */
  readonly expect: number | 'answer' | 'pong' | 'nothing';
}

/** Opens a websocket by hand, sends frames that break the protocol, or only look as if, and judges what comes back. */
export async function fuzzFrames(dice: Dice, port: number): Promise<Verdict> {
  const attack = dice.pick(ATTACKS)(dice);
  const socket = await openRaw(port);
  try {
    const start = await shakeHands(socket);
    socket.write(attack.bytes);
    if (attack.expect === 'nothing') return null;
    const frames = readFrames(
      (await socket.wait((bytes) => isReaction(bytes.subarray(start)))).subarray(start),
    );
    return verdictOn(attack, frames);
  } catch (error) {
    return `${attack.what}: ${String(error)}`;
  } finally {
    socket.abort();
  }
}

/** Returns where the frames begin in what is received. */
async function shakeHands(socket: RawSocket): Promise<number> {
  socket.write(HANDSHAKE);
  const end = (bytes: Buffer): number => bytes.indexOf('\r\n\r\n');
  const received = await socket.wait((bytes) => end(bytes) >= 0);
  if (!received.toString('latin1').startsWith('HTTP/1.1 101 ')) {
    throw new Error(`the handshake was answered with ${received.toString('latin1').slice(0, 100)}`);
  }
  return end(received) + 4;
}

const isReaction = (bytes: Buffer): boolean => readFrames(bytes).length > 0;

function verdictOn({ what, expect }: FrameAttack, frames: readonly ReceivedFrame[]): Verdict {
  const [first] = frames;
  if (first === undefined) return `${what}: the connection ended without a word`;
  if (typeof expect === 'number') {
    if (first.opcode !== OPCODES.close) return `${what} got a frame of kind ${first.opcode}, not a close`;
    return closeCode(first) === expect ? null : `${what} was closed with ${closeCode(first)}, not ${expect}`;
  }
  const wanted = expect === 'pong' ? OPCODES.pong : OPCODES.text;
  return first.opcode === wanted ? null : `${what} got a frame of kind ${first.opcode}, not ${wanted}`;
}

const ATTACKS: readonly ((dice: Dice) => FrameAttack)[] = [
  (dice) => ({
    what: 'reserved bits',
    bytes: frame(CALL, { reserved: 1 + dice.int(7) }),
    expect: PROTOCOL_ERROR,
  }),
  (dice) => ({
    what: 'an unknown opcode',
    bytes: frame(CALL, { opcode: dice.pick([3, 4, 7, 11, 15]) }),
    expect: PROTOCOL_ERROR,
  }),
  () => ({ what: 'a frame without a mask', bytes: frame(CALL, { masked: false }), expect: PROTOCOL_ERROR }),
  (dice) => ({
    what: 'a control frame in parts',
    bytes: frame(Buffer.from('x'), {
      final: false,
      opcode: dice.pick([OPCODES.close, OPCODES.ping, OPCODES.pong]),
    }),
    expect: PROTOCOL_ERROR,
  }),
  (dice) => ({
    what: 'a long control frame',
    bytes: frame(Buffer.alloc(126 + dice.int(100)), { opcode: dice.pick([OPCODES.ping, OPCODES.close]) }),
    expect: PROTOCOL_ERROR,
  }),
  (dice) => ({
    what: 'text that is not UTF-8',
    bytes: frame(
      Buffer.from(
        dice.pick([[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xe2, 0x82]]),
      ),
    ),
    expect: NOT_UTF8,
  }),
  () => ({ what: 'a message above the limit', bytes: frame(Buffer.alloc(OVERSIZED, 0x20)), expect: TOO_BIG }),
  (dice) => ({
    what: 'a frame that claims to be huge',
    bytes: frame(CALL, { claimed: dice.pick([1n << 20n, 1n << 40n, (1n << 53n) - 1n]) }),
    expect: TOO_BIG,
  }),
  (dice) => ({
    what: 'a length beyond all numbers',
    bytes: frame(CALL, { claimed: dice.pick([1n << 53n, 1n << 63n, (1n << 64n) - 1n]) }),
    expect: TOO_BIG,
  }),
  (dice) => ({
    what: 'a message above the limit in parts',
    bytes: Buffer.concat([
      frame(Buffer.alloc(OVERSIZED - 50_000, 0x20), { final: false }),
      ...Array.from({ length: 4 }, () =>
        frame(Buffer.alloc(20_000 + dice.int(100), 0x20), { final: false, opcode: OPCODES.continuation }),
      ),
    ]),
    expect: TOO_BIG,
  }),
  () => ({
    what: 'a continuation of nothing',
    bytes: frame(CALL, { opcode: OPCODES.continuation }),
    expect: PROTOCOL_ERROR,
  }),
  () => ({
    what: 'a message inside of another',
    bytes: Buffer.concat([frame(CALL, { final: false }), frame(CALL)]),
    expect: PROTOCOL_ERROR,
  }),
  (dice) => {
    const payload = Buffer.alloc(2);
    payload.writeUInt16BE(dice.pick([0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 65_535]));
    return {
      what: `close code ${payload.readUInt16BE()}`,
      bytes: frame(payload, { opcode: OPCODES.close }),
      expect: PROTOCOL_ERROR,
    };
  },
  () => ({
    what: 'half a close code',
    bytes: frame(Buffer.of(3), { opcode: OPCODES.close }),
    expect: PROTOCOL_ERROR,
  }),
  () => ({
    what: 'a close reason that is not UTF-8',
    bytes: frame(Buffer.from([3, 232, 0xff]), { opcode: OPCODES.close }),
    expect: NOT_UTF8,
  }),
  () => ({
    what: 'a right close',
    bytes: frame(Buffer.from([3, 232]), { opcode: OPCODES.close }),
    expect: 1000,
  }),
  () => ({ what: 'a ping', bytes: frame(Buffer.from('hello'), { opcode: OPCODES.ping }), expect: 'pong' }),
  () => ({ what: 'a call in binary', bytes: frame(CALL, { opcode: OPCODES.binary }), expect: 'answer' }),
  (dice) => {
    const at = dice.int(CALL.length);
    const bytes = Buffer.concat([
      frame(CALL.subarray(0, at), { final: false }),
      frame(Buffer.alloc(0), { opcode: OPCODES.pong }),
      frame(CALL.subarray(at), { opcode: OPCODES.continuation }),
    ]);
    return { what: 'a call in parts', bytes, expect: 'answer' };
  },
  (dice) => ({ what: 'half a frame', bytes: frame(CALL).subarray(0, 1 + dice.int(40)), expect: 'nothing' }),
  (dice) => ({ what: 'garbage for frames', bytes: dice.bytes(1 + dice.int(400)), expect: 'nothing' }),
];
