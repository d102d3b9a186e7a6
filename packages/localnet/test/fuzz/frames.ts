/** How a websocket frame is written; what is left out is as it should be for a client's last frame of a text. */
export interface FrameShape {
  readonly final?: boolean;
  /** The three reserved bits, 0 to 7. */
  readonly reserved?: number;
  readonly opcode?: number;
  readonly masked?: boolean;
  /** The length that the frame claims to have. */
  readonly claimed?: bigint;
}

export const OPCODES = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** Writes a websocket frame. */
export function frame(payload: Uint8Array, shape: FrameShape = {}): Buffer {
  const { final = true, reserved = 0, opcode = OPCODES.text, masked = true } = shape;
  const length = shape.claimed ?? BigInt(payload.length);
  const mask = Buffer.from([0x12, 0x34, 0x56, 0x78]);
  const body = masked ? payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0)) : payload;
  return Buffer.concat([
    Buffer.of((final ? 0x80 : 0) | (reserved << 4) | opcode),
    lengthField(length, masked ? 0x80 : 0),
    masked ? mask : Buffer.alloc(0),
    body,
  ]);
}

function lengthField(length: bigint, maskBit: number): Buffer {
  if (length < 126n) return Buffer.of(maskBit | Number(length));
  if (length < 65_536n) {
    const field = Buffer.alloc(3);
    field[0] = maskBit | 126;
    field.writeUInt16BE(Number(length), 1);
    return field;
  }
  const field = Buffer.alloc(9);
  field[0] = maskBit | 127;
  field.writeBigUInt64BE(length, 1);
  return field;
}

/** A frame from a server, which masks nothing. */
export interface ReceivedFrame {
  readonly opcode: number;
  readonly payload: Buffer;
}

/** Reads the whole frames at the beginning of what a server sent. */
export function readFrames(bytes: Buffer): ReceivedFrame[] {
  const frames: ReceivedFrame[] = [];
  let at = 0;
  while (at + 2 <= bytes.length) {
    const short = (bytes[at + 1] ?? 0) & 0x7f;
    const head = short === 126 ? 4 : short === 127 ? 10 : 2;
    if (at + head > bytes.length) break;
    const length =
      short === 126
        ? bytes.readUInt16BE(at + 2)
        : short === 127
          ? Number(bytes.readBigUInt64BE(at + 2))
          : short;
    if (at + head + length > bytes.length) break;
    frames.push({
      opcode: (bytes[at] ?? 0) & 0x0f,
      payload: bytes.subarray(at + head, at + head + length),
    });
    at += head + length;
  }
  return frames;
}

/** The code of a close frame; null when it has none. */
export const closeCode = ({ payload }: ReceivedFrame): number | null =>
  payload.length < 2 ? null : payload.readUInt16BE(0);
