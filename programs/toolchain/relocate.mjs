// Resolves the references that the compiler left open.
import { locate } from './layout.mjs';
import { SYSCALLS } from './syscalls.mjs';

const R_BPF_NONE = 0;
const R_BPF_64_64 = 1; // a 64-bit address in a two-slot load
const R_BPF_64_ABS64 = 2; // an address among the constants
const R_BPF_64_32 = 10; // a call
const OPCODE_CALL = 0x85;
const INSTRUCTION_SIZE = 8;

/**
 * Patches code and constants in place.
 * @param {import('./elf-object.mjs').ObjectFile} object
 * @param {import('./layout.mjs').Layout} layout
 * @returns {{ at: number, name: string }[]} calls to the runtime, which the loader resolves; `at` is in the code
 */
export function relocate(object, layout) {
  /** @type {{ at: number, name: string }[]} */
  const syscalls = [];
  for (const { target, at: offset, type, symbol } of object.relocations) {
    const place = layout.places.get(target.index);
    if (place === undefined || type === R_BPF_NONE) continue; // debug information and the like
    const at = place.offset + offset;
    if (type === R_BPF_64_64 && place.region === 'code') patchLoad(layout, at, symbol);
    else if (type === R_BPF_64_ABS64) patchPointer(layout, place.region, at, symbol);
    else if (type === R_BPF_64_32 && place.region === 'code') patchCall(layout, at, symbol, syscalls);
    else
      throw new Error(
        `relocation of type ${type} against "${symbol.name}" in ${target.name} is not supported`,
      );
  }
  return syscalls;
}

/** @param {import('./layout.mjs').Layout} layout @param {number} at @param {import('./elf-object.mjs').ObjectSymbol} symbol */
function patchLoad(layout, at, symbol) {
  const { code } = layout;
  const low = at + 4;
  const high = at + INSTRUCTION_SIZE + 4;
  const addend = BigInt(code.readUInt32LE(low)) | (BigInt(code.readUInt32LE(high)) << 32n);
  const address = addressOf(layout, symbol) + addend;
  code.writeUInt32LE(Number(address & 0xffffffffn), low);
  code.writeUInt32LE(Number(address >> 32n), high);
}

/**
 * @param {import('./layout.mjs').Layout} layout
 * @param {'code' | 'constants'} region
 * @param {number} at
 * @param {import('./elf-object.mjs').ObjectSymbol} symbol
 */
function patchPointer(layout, region, at, symbol) {
  const bytes = region === 'code' ? layout.code : layout.constants;
  bytes.writeBigUInt64LE(addressOf(layout, symbol) + bytes.readBigUInt64LE(at), at);
}

/**
 * @param {import('./layout.mjs').Layout} layout
 * @param {number} at
 * @param {import('./elf-object.mjs').ObjectSymbol} symbol
 * @param {{ at: number, name: string }[]} syscalls appended to
 */
function patchCall(layout, at, symbol, syscalls) {
  const { code } = layout;
  if (code[at] !== OPCODE_CALL) throw new Error(`the call of "${symbol.name}" is not a call instruction`);
  const destination = code.readUInt8(at + 1) & 0x0f;
  if (symbol.section === 0) {
    if (!SYSCALLS.has(symbol.name))
      throw new Error(`"${symbol.name}" is neither defined nor a known syscall (toolchain/syscalls.mjs)`);
    code[at + 1] = destination; // source 0: resolved by the loader, which looks for -1
    code.writeInt32LE(-1, at + 4);
    syscalls.push({ at, name: symbol.name });
    return;
  }
  const { region, offset } = locate(layout, symbol);
  if (region !== 'code') throw new Error(`"${symbol.name}" is called but is not a function`);
  const target = offset / INSTRUCTION_SIZE + code.readInt32LE(at + 4) + 1;
  const distance = target - at / INSTRUCTION_SIZE - 1;
  if (distance === -1)
    throw new Error(`"${symbol.name}" calls itself with the distance that means a syscall`);
  code[at + 1] = destination | 0x10; // source 1: relative to the next instruction
  code.writeInt32LE(distance, at + 4);
}

/** @param {import('./layout.mjs').Layout} layout @param {import('./elf-object.mjs').ObjectSymbol} symbol */
function addressOf(layout, symbol) {
  if (symbol.section === 0) throw new Error(`"${symbol.name}" is used as data but is not defined`);
  return locate(layout, symbol).address;
}
