// Writes the ELF file that the loader takes (SBF version 0): a shared object whose only dynamic relocations are the
// calls to the runtime.
import { alignUp } from './layout.mjs';

const ET_DYN = 3;
const EM_BPF = 247;
const EHDR_SIZE = 64;
const PHDR_SIZE = 56;
const SHDR_SIZE = 64;
const SYMBOL_SIZE = 24;
const RELOCATION_SIZE = 16;
const DYNAMIC_SIZE = 16;
const R_BPF_64_32 = 10n;
const PAGE = 4096n;
const [PT_LOAD, PT_DYNAMIC] = [1, 2];
const [PF_X, PF_W, PF_R] = [1, 2, 4];
const SHT = { PROGBITS: 1, STRTAB: 3, DYNAMIC: 6, REL: 9, DYNSYM: 11 };
const SHF = { WRITE: 1, ALLOC: 2, EXEC: 4 };
const DT = { NULL: 0, STRTAB: 5, SYMTAB: 6, STRSZ: 10, SYMENT: 11, REL: 17, RELSZ: 18, RELENT: 19 };
const GLOBAL_UNTYPED = 0x10;

/**
 * @typedef {{ name: string, type: number, flags: number, offset: number, size: number, link?: number, info?: number,
 *   entrySize?: number, align?: number }} OutputSection
 */

/**
 * @param {import('./layout.mjs').Layout} layout relocated
 * @param {{ at: number, name: string }[]} syscalls
 * @param {number} entry offset of the entrypoint in the code
 * @returns {Buffer}
 */
export function writeProgram(layout, syscalls, entry) {
  const { code, constants, codeOffset, constantsOffset } = layout;
  const names = [...new Set(syscalls.map((call) => call.name))];
  const strings = stringTable(names);
  const symbols = symbolTable(strings.offsets);
  const relocations = relocationTable(syscalls, names, codeOffset);

  const dynamicOffset = constantsOffset + constants.length;
  const tagCount = names.length > 0 ? 8 : 5;
  const symbolsOffset = dynamicOffset + DYNAMIC_SIZE * tagCount;
  const stringsOffset = symbolsOffset + symbols.length;
  const relocationsOffset = stringsOffset + alignUp(strings.bytes.length, 8);
  const sectionNamesOffset = relocationsOffset + relocations.length;
  const dynamic = dynamicTable([
    [DT.STRTAB, stringsOffset],
    [DT.SYMTAB, symbolsOffset],
    [DT.STRSZ, strings.bytes.length],
    [DT.SYMENT, SYMBOL_SIZE],
    ...(names.length > 0
      ? [
          [DT.REL, relocationsOffset],
          [DT.RELSZ, relocations.length],
          [DT.RELENT, RELOCATION_SIZE],
        ]
      : []),
    [DT.NULL, 0],
  ]);

  const hasConstants = constants.length > 0;
  const symbolsIndex = hasConstants ? 4 : 3;
  /** @type {OutputSection[]} */
  const sections = [
    { name: '.text', type: SHT.PROGBITS, flags: SHF.ALLOC | SHF.EXEC, offset: codeOffset, size: code.length },
    ...(hasConstants
      ? [
          {
            name: '.rodata',
            type: SHT.PROGBITS,
            flags: SHF.ALLOC,
            offset: constantsOffset,
            size: constants.length,
          },
        ]
      : []),
    {
      name: '.dynamic',
      type: SHT.DYNAMIC,
      flags: SHF.WRITE | SHF.ALLOC,
      offset: dynamicOffset,
      size: dynamic.length,
      link: symbolsIndex + 1,
      entrySize: DYNAMIC_SIZE,
    },
    {
      name: '.dynsym',
      type: SHT.DYNSYM,
      flags: SHF.ALLOC,
      offset: symbolsOffset,
      size: symbols.length,
      link: symbolsIndex + 1,
      info: 1,
      entrySize: SYMBOL_SIZE,
    },
    {
      name: '.dynstr',
      type: SHT.STRTAB,
      flags: SHF.ALLOC,
      offset: stringsOffset,
      size: strings.bytes.length,
      align: 1,
    },
    ...(relocations.length > 0
      ? [
          {
            name: '.rel.dyn',
            type: SHT.REL,
            flags: SHF.ALLOC,
            offset: relocationsOffset,
            size: relocations.length,
            link: symbolsIndex,
            entrySize: RELOCATION_SIZE,
          },
        ]
      : []),
  ];
  const sectionNames = stringTable([...sections.map((section) => section.name), '.shstrtab']);
  sections.push({
    name: '.shstrtab',
    type: SHT.STRTAB,
    flags: 0,
    offset: sectionNamesOffset,
    size: sectionNames.bytes.length,
    align: 1,
  });
  const headersOffset = sectionNamesOffset + alignUp(sectionNames.bytes.length, 8);

  return Buffer.concat([
    elfHeader(codeOffset + entry, headersOffset, sections.length + 1),
    programHeader(PT_LOAD, PF_R | PF_X, codeOffset, code.length, PAGE),
    programHeader(PT_LOAD, PF_R, constantsOffset, sectionNamesOffset - constantsOffset, PAGE),
    programHeader(PT_DYNAMIC, PF_R | PF_W, dynamicOffset, dynamic.length, 8n),
    code,
    constants,
    dynamic,
    symbols,
    padded(strings.bytes),
    relocations,
    padded(sectionNames.bytes),
    sectionHeaders(sections, sectionNames.offsets),
  ]);
}

/** @param {Buffer} bytes */
function padded(bytes) {
  return Buffer.concat([bytes, Buffer.alloc(alignUp(bytes.length, 8) - bytes.length)]);
}

/** @param {string[]} names @returns {{ bytes: Buffer, offsets: number[] }} */
function stringTable(names) {
  let text = '\0';
  const offsets = names.map((name) => {
    const offset = text.length;
    text += `${name}\0`;
    return offset;
  });
  return { bytes: Buffer.from(text, 'latin1'), offsets };
}

/** @param {number[]} nameOffsets */
function symbolTable(nameOffsets) {
  const table = Buffer.alloc(SYMBOL_SIZE * (nameOffsets.length + 1)); // the first symbol is empty
  nameOffsets.forEach((offset, index) => {
    table.writeUInt32LE(offset, SYMBOL_SIZE * (index + 1));
    table[SYMBOL_SIZE * (index + 1) + 4] = GLOBAL_UNTYPED;
  });
  return table;
}

/** @param {{ at: number, name: string }[]} syscalls @param {string[]} names @param {number} codeOffset */
function relocationTable(syscalls, names, codeOffset) {
  const table = Buffer.alloc(RELOCATION_SIZE * syscalls.length);
  syscalls.forEach(({ at, name }, index) => {
    const symbol = BigInt(names.indexOf(name) + 1);
    table.writeBigUInt64LE(BigInt(codeOffset + at), RELOCATION_SIZE * index);
    table.writeBigUInt64LE((symbol << 32n) | R_BPF_64_32, RELOCATION_SIZE * index + 8);
  });
  return table;
}

/** @param {number[][]} tags */
function dynamicTable(tags) {
  const table = Buffer.alloc(DYNAMIC_SIZE * tags.length);
  tags.forEach(([tag = 0, value = 0], index) => {
    table.writeBigUInt64LE(BigInt(tag), DYNAMIC_SIZE * index);
    table.writeBigUInt64LE(BigInt(value), DYNAMIC_SIZE * index + 8);
  });
  return table;
}

/** @param {number} entry @param {number} sectionHeadersOffset @param {number} sectionCount */
function elfHeader(entry, sectionHeadersOffset, sectionCount) {
  const header = Buffer.alloc(EHDR_SIZE);
  header.writeUInt32BE(0x7f454c46, 0);
  header.set([2, 1, 1], 4); // 64 bits, little-endian, version 1
  header.writeUInt16LE(ET_DYN, 16);
  header.writeUInt16LE(EM_BPF, 18);
  header.writeUInt32LE(1, 20);
  header.writeBigUInt64LE(BigInt(entry), 24);
  header.writeBigUInt64LE(BigInt(EHDR_SIZE), 32); // program headers follow
  header.writeBigUInt64LE(BigInt(sectionHeadersOffset), 40);
  header.writeUInt16LE(EHDR_SIZE, 52);
  header.writeUInt16LE(PHDR_SIZE, 54);
  header.writeUInt16LE(3, 56);
  header.writeUInt16LE(SHDR_SIZE, 58);
  header.writeUInt16LE(sectionCount, 60);
  header.writeUInt16LE(sectionCount - 1, 62); // section names come last
  return header;
}

/** @param {number} type @param {number} flags @param {number} offset @param {number} size @param {bigint} align */
function programHeader(type, flags, offset, size, align) {
  const header = Buffer.alloc(PHDR_SIZE);
  header.writeUInt32LE(type, 0);
  header.writeUInt32LE(flags, 4);
  header.writeBigUInt64LE(BigInt(offset), 8);
  header.writeBigUInt64LE(BigInt(offset), 16);
  header.writeBigUInt64LE(BigInt(offset), 24);
  header.writeBigUInt64LE(BigInt(size), 32);
  header.writeBigUInt64LE(BigInt(size), 40);
  header.writeBigUInt64LE(align, 48);
  return header;
}

/** @param {OutputSection[]} sections @param {number[]} nameOffsets */
function sectionHeaders(sections, nameOffsets) {
  const headers = Buffer.alloc(SHDR_SIZE * (sections.length + 1)); // the first header is empty
  sections.forEach((section, index) => {
    const at = SHDR_SIZE * (index + 1);
    headers.writeUInt32LE(nameOffsets[index] ?? 0, at);
    headers.writeUInt32LE(section.type, at + 4);
    headers.writeBigUInt64LE(BigInt(section.flags), at + 8);
    headers.writeBigUInt64LE(BigInt(section.flags & SHF.ALLOC ? section.offset : 0), at + 16);
    headers.writeBigUInt64LE(BigInt(section.offset), at + 24);
    headers.writeBigUInt64LE(BigInt(section.size), at + 32);
    headers.writeUInt32LE(section.link ?? 0, at + 40);
    headers.writeUInt32LE(section.info ?? 0, at + 44);
    headers.writeBigUInt64LE(BigInt(section.align ?? 8), at + 48);
    headers.writeBigUInt64LE(BigInt(section.entrySize ?? 0), at + 56);
  });
  return headers;
}
