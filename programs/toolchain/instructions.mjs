// The virtual machine's instruction set is eBPF of cpu v1/v2 with differences: what clang may emit and SBF would
// refuse or, worse, understand otherwise is caught here.

const INSTRUCTION_SIZE = 8;
const OPCODE_LOAD_64 = 0x18; // two slots
const OPCODE_CALL_REGISTER = 0x8d;
const OPCODE_CALL = 0x85;
const CLASS_LOAD = 1;
const CLASS_STORE = 3;
const CLASS_ALU_32 = 4;
const CLASS_JUMP_32 = 6;
const CLASS_ALU_64 = 7;
const SHOWN = 20;

/**
 * Checks every instruction and rewrites indirect calls, whose register SBF v0 expects in the immediate.
 * @param {Buffer} code patched in place
 * @throws Error naming the offending instructions
 */
export function checkInstructions(code) {
  const problems = [];
  for (let at = 0; at < code.length; at += INSTRUCTION_SIZE) {
    const opcode = code.readUInt8(at);
    const registers = code.readUInt8(at + 1); // destination in the lower half, source in the upper
    if (opcode === OPCODE_LOAD_64) {
      at += INSTRUCTION_SIZE;
      continue;
    }
    if (opcode === OPCODE_CALL_REGISTER) {
      code.writeUInt8(registers & 0xf0, at + 1);
      code.writeInt32LE(registers & 0x0f, at + 4);
    }
    const problem = problemOf(opcode, registers >> 4, code.readInt16LE(at + 2));
    if (problem !== undefined)
      problems.push(`instruction ${at / INSTRUCTION_SIZE}, opcode 0x${opcode.toString(16)}: ${problem}`);
  }
  if (problems.length > 0)
    throw new Error(
      `${problems.length} instructions that SBF does not have:\n  ${problems.slice(0, SHOWN).join('\n  ')}`,
    );
}

/**
 * @param {number} opcode
 * @param {number} source register field
 * @param {number} offset offset field
 * @returns {string | undefined}
 */
function problemOf(opcode, source, offset) {
  const kind = opcode & 7;
  const mode = opcode & 0xe0;
  const isByteSwap = opcode === 0xdc || opcode === 0xd4;
  if (kind === CLASS_ALU_32 && !isByteSwap)
    return '32-bit arithmetic, which SBF sign-extends: compile with -mcpu=v2';
  if (kind === CLASS_JUMP_32) return '32-bit jump: compile with -mcpu=v2';
  if (opcode === 0xd7 || (kind === CLASS_ALU_64 && offset !== 0))
    return 'signed division, sign-extending move or byte swap';
  if (kind === CLASS_STORE && mode === 0xc0) return 'atomic operation';
  if (kind === CLASS_LOAD && mode === 0x80) return 'sign-extending load';
  if (opcode === OPCODE_CALL && source === 2) return 'call into a kernel';
  return undefined;
}
