import type { WireMessage } from '../encodings/transaction-wire.js';

const LAMPORTS_PER_SIGNATURE = 5000n;
const COMPUTE_BUDGET = 'ComputeBudget111111111111111111111111111111';
const SIGNATURE_PRECOMPILES = new Set([
  'Ed25519SigVerify111111111111111111111111111',
  'KeccakSecp256k11111111111111111111111111111',
  'Secp256r1SigVerify1111111111111111111111111',
]);
const BUILTINS = new Set([
  '11111111111111111111111111111111',
  COMPUTE_BUDGET,
  'Vote111111111111111111111111111111111111111',
  'BPFLoader1111111111111111111111111111111111',
  'BPFLoader2111111111111111111111111111111111',
  'BPFLoaderUpgradeab1e11111111111111111111111',
  'LoaderV411111111111111111111111111111111111',
  ...SIGNATURE_PRECOMPILES,
]);
const BUILTIN_UNITS = 3_000n;
const PROGRAM_UNITS = 200_000n;
const MAX_UNITS = 1_400_000n;
const MICRO_LAMPORTS = 1_000_000n;

/** The fee in lamports that a validator takes for the message: per signature, and priority price times unit limit. */
export function feeOf(message: WireMessage): bigint {
  let signatures = BigInt(message.header.numRequiredSignatures);
  let price = 0n;
  let limit: bigint | null = null;
  let defaultLimit = 0n;
  for (const instruction of message.instructions) {
    const program = message.staticKeys[instruction.programIdIndex] ?? '';
    if (SIGNATURE_PRECOMPILES.has(program)) signatures += BigInt(instruction.data[0] ?? 0);
    if (program === COMPUTE_BUDGET) {
      const view = new DataView(
        instruction.data.buffer,
        instruction.data.byteOffset,
        instruction.data.byteLength,
      );
      if (instruction.data[0] === 2 && view.byteLength >= 5) limit = BigInt(view.getUint32(1, true));
      if (instruction.data[0] === 3 && view.byteLength >= 9) price = view.getBigUint64(1, true);
    }
    defaultLimit += BUILTINS.has(program) ? BUILTIN_UNITS : PROGRAM_UNITS;
  }
  const wanted = limit ?? defaultLimit;
  const units = wanted < MAX_UNITS ? wanted : MAX_UNITS;
  return signatures * LAMPORTS_PER_SIGNATURE + (price * units + MICRO_LAMPORTS - 1n) / MICRO_LAMPORTS;
}
