// Puts the object's sections together: all code, then all constants, each at its address in the virtual machine.
import { SHF_ALLOC, SHF_EXEC, SHF_WRITE, SHT_NOBITS, SHT_PROGBITS, SHT_RELA } from './elf-object.mjs';

/** Where the loader maps the file's contents: address = this + offset in the file. */
const PROGRAM_REGION = 0x1_0000_0000n;
const ELF_HEADER_SIZE = 64;
const PROGRAM_HEADER_SIZE = 56;
const PROGRAM_HEADERS = 3;

/**
 * @typedef {{ region: 'code' | 'constants', offset: number }} Place
 * @typedef {{ code: Buffer, constants: Buffer, codeOffset: number, constantsOffset: number,
 *   places: Map<number, Place> }} Layout places: by section index; the offsets are in the output file
 */

/** @param {number} value @param {number} to */
export const alignUp = (value, to) => Math.ceil(value / to) * to;

/** @param {import('./elf-object.mjs').Section} section */
const isCode = ({ type, flags, size }) => type === SHT_PROGBITS && (flags & SHF_EXEC) !== 0n && size > 0;

/**
 * `.data.rel.ro` is writable only until it is relocated: constants that hold addresses.
 * @param {import('./elf-object.mjs').Section} section
 */
const isConstant = ({ type, flags, size, name }) =>
  type === SHT_PROGBITS &&
  size > 0 &&
  (flags & SHF_ALLOC) !== 0n &&
  (flags & SHF_EXEC) === 0n &&
  !name.startsWith('.eh_frame') &&
  ((flags & SHF_WRITE) === 0n || name.startsWith('.data.rel.ro'));

/**
 * @param {import('./elf-object.mjs').ObjectFile} object
 * @returns {Layout}
 */
export function layOut(object) {
  for (const section of object.sections) refuseUnusable(section);
  /** @type {Map<number, Place>} */
  const places = new Map();
  const code = gather(object, object.sections.filter(isCode), 'code', places);
  const constants = gather(object, object.sections.filter(isConstant), 'constants', places);
  const codeOffset = ELF_HEADER_SIZE + PROGRAM_HEADER_SIZE * PROGRAM_HEADERS;
  return { code, constants, codeOffset, constantsOffset: codeOffset + code.length, places };
}

/** @param {import('./elf-object.mjs').Section} section */
function refuseUnusable(section) {
  if (section.type === SHT_RELA)
    throw new Error(`${section.name}: relocations with addends do not occur on eBPF`);
  const inMemory = (section.flags & SHF_ALLOC) !== 0n && section.size > 0;
  const isVariable = (section.flags & SHF_WRITE) !== 0n && !isConstant(section);
  if (inMemory && (isVariable || section.type === SHT_NOBITS))
    throw new Error(
      `${section.name} holds ${section.size} bytes of variables: programs have no writable globals`,
    );
}

/**
 * @param {import('./elf-object.mjs').ObjectFile} object
 * @param {import('./elf-object.mjs').Section[]} sections
 * @param {'code' | 'constants'} region
 * @param {Map<number, Place>} places filled
 */
function gather(object, sections, region, places) {
  let end = 0;
  const parts = sections.map((section) => {
    const offset = alignUp(end, Math.max(section.align, region === 'code' ? 8 : 1));
    places.set(section.index, { region, offset });
    end = offset + section.size;
    return { offset, section };
  });
  const gathered = Buffer.alloc(alignUp(end, 8));
  for (const { offset, section } of parts)
    object.bytes.copy(gathered, offset, section.offset, section.offset + section.size);
  return gathered;
}

/**
 * Where a symbol of the object ends up.
 * @param {Layout} layout
 * @param {import('./elf-object.mjs').ObjectSymbol} symbol
 * @returns {{ region: 'code' | 'constants', offset: number, address: bigint }}
 */
export function locate(layout, symbol) {
  const place = layout.places.get(symbol.section);
  if (place === undefined)
    throw new Error(`"${symbol.name}" lives in a section that is not part of the program`);
  const offset = place.offset + symbol.value;
  const base = place.region === 'code' ? layout.codeOffset : layout.constantsOffset;
  return { region: place.region, offset, address: PROGRAM_REGION + BigInt(base + offset) };
}
