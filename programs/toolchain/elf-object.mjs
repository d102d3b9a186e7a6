// Reads what clang writes: one relocatable eBPF object (ELF64, little-endian).

const EHDR_TYPE = 16;
const EHDR_MACHINE = 18;
const EHDR_SHOFF = 40;
const EHDR_SHNUM = 60;
const EHDR_SHSTRNDX = 62;
const SECTION_HEADER_SIZE = 64;
const SYMBOL_SIZE = 24;
const RELOCATION_SIZE = 16;
const ET_REL = 1;
const EM_BPF = 247;

export const SHT_PROGBITS = 1;
const SHT_SYMTAB = 2;
export const SHT_RELA = 4;
export const SHT_NOBITS = 8;
const SHT_REL = 9;
export const SHF_WRITE = 1n;
export const SHF_ALLOC = 2n;
export const SHF_EXEC = 4n;

/**
 * @typedef {{ index: number, name: string, type: number, flags: bigint, offset: number, size: number, link: number,
 *   info: number, align: number }} Section
 * @typedef {{ name: string, section: number, value: number }} ObjectSymbol section 0: not defined in this object
 * @typedef {{ target: Section, at: number, type: number, symbol: ObjectSymbol }} Relocation at: offset in the target
 * @typedef {{ bytes: Buffer, sections: Section[], symbols: ObjectSymbol[], relocations: Relocation[] }} ObjectFile
 */

/**
 * @param {Buffer} bytes
 * @returns {ObjectFile}
 */
export function parseObject(bytes) {
  const isElf64LittleEndian = bytes.readUInt32BE(0) === 0x7f454c46 && bytes[4] === 2 && bytes[5] === 1;
  if (!isElf64LittleEndian) throw new Error('the object is not a little-endian ELF64 file');
  if (bytes.readUInt16LE(EHDR_TYPE) !== ET_REL || bytes.readUInt16LE(EHDR_MACHINE) !== EM_BPF)
    throw new Error('the object is not a relocatable eBPF file: compile with --target=bpfel -c');
  const sections = readSections(bytes);
  const symbols = readSymbols(bytes, sections);
  return { bytes, sections, symbols, relocations: readRelocations(bytes, sections, symbols) };
}

/** @param {Buffer} bytes @param {number} base @param {number} offset */
function stringAt(bytes, base, offset) {
  return bytes.toString('latin1', base + offset, bytes.indexOf(0, base + offset));
}

/** @param {Buffer} bytes @returns {Section[]} */
function readSections(bytes) {
  const start = Number(bytes.readBigUInt64LE(EHDR_SHOFF));
  const headers = Array.from({ length: bytes.readUInt16LE(EHDR_SHNUM) }, (_, index) => {
    const at = start + index * SECTION_HEADER_SIZE;
    return {
      index,
      nameOffset: bytes.readUInt32LE(at),
      type: bytes.readUInt32LE(at + 4),
      flags: bytes.readBigUInt64LE(at + 8),
      offset: Number(bytes.readBigUInt64LE(at + 24)),
      size: Number(bytes.readBigUInt64LE(at + 32)),
      link: bytes.readUInt32LE(at + 40),
      info: bytes.readUInt32LE(at + 44),
      align: Number(bytes.readBigUInt64LE(at + 48)) || 1,
    };
  });
  const names = headers[bytes.readUInt16LE(EHDR_SHSTRNDX)];
  if (names === undefined) throw new Error('the object has no section names');
  return headers.map(({ nameOffset, ...header }) => ({
    ...header,
    name: stringAt(bytes, names.offset, nameOffset),
  }));
}

/** @param {Buffer} bytes @param {Section[]} sections @returns {ObjectSymbol[]} */
function readSymbols(bytes, sections) {
  const table = sections.find((section) => section.type === SHT_SYMTAB);
  const strings = table && sections[table.link];
  if (table === undefined || strings === undefined) throw new Error('the object has no symbol table');
  return Array.from({ length: table.size / SYMBOL_SIZE }, (_, index) => {
    const at = table.offset + index * SYMBOL_SIZE;
    return {
      name: stringAt(bytes, strings.offset, bytes.readUInt32LE(at)),
      section: bytes.readUInt16LE(at + 6),
      value: Number(bytes.readBigUInt64LE(at + 8)),
    };
  });
}

/** @param {Buffer} bytes @param {Section[]} sections @param {ObjectSymbol[]} symbols @returns {Relocation[]} */
function readRelocations(bytes, sections, symbols) {
  return sections
    .filter((section) => section.type === SHT_REL)
    .flatMap((section) => {
      const target = sections[section.info];
      if (target === undefined) throw new Error(`${section.name} relocates a section that does not exist`);
      return Array.from({ length: section.size / RELOCATION_SIZE }, (_, index) => {
        const at = section.offset + index * RELOCATION_SIZE;
        const info = bytes.readBigUInt64LE(at + 8);
        const symbol = symbols[Number(info >> 32n)];
        if (symbol === undefined) throw new Error(`${section.name} names a symbol that does not exist`);
        return { target, at: Number(bytes.readBigUInt64LE(at)), type: Number(info & 0xffffffffn), symbol };
      });
    });
}
