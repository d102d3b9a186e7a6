// A static linker for one eBPF object: object file in, program file out. See README for the steps.
import { parseObject } from './elf-object.mjs';
import { writeProgram } from './elf-program.mjs';
import { checkInstructions } from './instructions.mjs';
import { layOut, locate } from './layout.mjs';
import { relocate } from './relocate.mjs';

const ENTRYPOINT = 'entrypoint';

/**
 * @param {Buffer} objectBytes what clang wrote
 * @returns {Buffer} what the loader takes
 * @throws Error with what is wrong in the object
 */
export function link(objectBytes) {
  const object = parseObject(objectBytes);
  const layout = layOut(object);
  const syscalls = relocate(object, layout);
  checkInstructions(layout.code);
  const entry = object.symbols.find((symbol) => symbol.name === ENTRYPOINT && symbol.section !== 0);
  if (entry === undefined) throw new Error(`the program does not define "${ENTRYPOINT}"`);
  return writeProgram(layout, syscalls, locate(layout, entry).offset);
}
