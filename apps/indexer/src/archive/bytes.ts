/** Bytes that do not hold what they should. */
export class BytesError extends Error {
  override readonly name = 'BytesError';
}

const MAX_U64 = 2n ** 64n - 1n;
/** Of a u64, what comes after its low 49 bits. */
const MAX_HIGH = 2 ** 15 - 1;

/** Writes numbers, text and bytes one after the other. */
export class ByteWriter {
  #bytes: Buffer;
  #length = 0;

  constructor(capacity = 64 * 1024) {
    this.#bytes = Buffer.allocUnsafe(capacity);
  }

  get length(): number {
    return this.#length;
  }

  /** What was written so far. It is overwritten after `clear`. */
  view(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  /** A whole number from 0 to 2^53 - 1: seven bits a byte, the low ones first. */
  number(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0) throw new BytesError(`${value} is no whole number`);
    this.#reserve(8);
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[this.#length++] = rest;
  }

  /** Above 2^53 too. */
  u64(value: bigint): void {
    if (value < 0n || value > MAX_U64) throw new BytesError(`${value} is no u64`);
    this.#reserve(10);
    let rest = value;
    while (rest >= 0x80n) {
      this.#bytes[this.#length++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    this.#bytes[this.#length++] = Number(rest);
  }

  i64(value: bigint): void {
    this.#reserve(8);
    this.#length = this.#bytes.writeBigInt64LE(value, this.#length);
  }

  bytes(value: Uint8Array): void {
    this.number(value.length);
    this.#reserve(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
  }

  text(value: string): void {
    const length = Buffer.byteLength(value, 'utf8');
    this.number(length);
    this.#reserve(length);
    this.#length += this.#bytes.write(value, this.#length, length, 'utf8');
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2));
    larger.set(this.view());
    this.#bytes = larger;
  }
}

/** Reads what a ByteWriter wrote. @throws BytesError where the bytes end or make no sense */
export class ByteReader {
  readonly #bytes: Buffer;
  /** The same bytes; slices of a Buffer are Buffers. */
  readonly #plain: Uint8Array;
  #at = 0;
  /** Whether the number that was read last has no more than seven bytes. */
  #ended = true;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length;
  }

  byte(): number {
    const value = this.#bytes[this.#at++];
    if (value === undefined) throw new BytesError('the bytes end in the middle of a value');
    return value;
  }

  number(): number {
    const low = this.#sevenBytes();
    if (this.#ended) return low;
    const value = this.#wide(low);
    if (value > Number.MAX_SAFE_INTEGER) throw new BytesError('a number is too large');
    return Number(value);
  }

  /** How many things follow. Each takes a byte at least, so bytes that were damaged ask for no huge list. */
  count(): number {
    const count = this.number();
    if (count > this.#bytes.length - this.#at) throw new BytesError('a list is longer than what follows');
    return count;
  }

  u64(): bigint {
    const low = this.#sevenBytes();
    return this.#ended ? BigInt(low) : this.#wide(low);
  }

  /** The low 49 bits of a number. Halves that are small integers need no memory of their own. */
  #sevenBytes(): number {
    this.#ended = true;
    let low = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.byte();
      low |= (byte & 0x7f) << shift;
      if (byte < 0x80) return low;
    }
    let high = 0;
    for (let shift = 0; shift < 21; shift += 7) {
      const byte = this.byte();
      high |= (byte & 0x7f) << shift;
      if (byte < 0x80) return high * 2 ** 28 + low;
    }
    this.#ended = false;
    return high * 2 ** 28 + low;
  }

  /** A number whose low 49 bits were read. */
  #wide(low: number): bigint {
    let high = 0;
    for (let shift = 0; shift < 21; shift += 7) {
      const byte = this.byte();
      high |= (byte & 0x7f) << shift;
      if (byte < 0x80 && high <= MAX_HIGH) return (BigInt(high) << 49n) + BigInt(low);
    }
    throw new BytesError('a number is too large');
  }

  i64(): bigint {
    const start = this.#take(8);
    return this.#bytes.readBigInt64LE(start);
  }

  /** A copy: it does not keep the rest alive. */
  bytes(): Uint8Array {
    const length = this.number();
    const start = this.#take(length);
    return this.#plain.slice(start, start + length);
  }

  text(): string {
    const length = this.number();
    const start = this.#take(length);
    return this.#bytes.toString('utf8', start, start + length);
  }

  /** Text that is known to be ASCII. */
  ascii(): string {
    const length = this.number();
    const start = this.#take(length);
    return this.#bytes.toString('latin1', start, start + length);
  }

  #take(length: number): number {
    const start = this.#at;
    if (length > this.#bytes.length - start) throw new BytesError('the bytes end in the middle of a value');
    this.#at = start + length;
    return start;
  }
}
