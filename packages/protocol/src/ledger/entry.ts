import type { Address } from '@solana/kit';
import { chainPosition } from '../chain/position.js';
import type { TokenMovement } from '../events/event.js';
import type { LedgerEntry, LedgerKind } from '../fold/records.js';

/** Where and when a movement happened. */
export interface EntryOrigin {
  readonly signature: string;
  readonly slot: bigint;
  readonly index: number;
  readonly blockTime: bigint | null;
}

/**
 * Ledger entries of one movement: one for the vault it left or reached, two between the vaults of two markets,
 * one without effect on a vault for a fee, none for anything else.
 */
export function ledgerEntries(
  origin: EntryOrigin,
  movement: TokenMovement,
  kind: LedgerKind,
  jobId: string | null,
  markets: {
    readonly source: Address | undefined;
    readonly target: Address | undefined;
    readonly fee: Address | null;
  },
): LedgerEntry[] {
  const { signature, slot, index, blockTime } = origin;
  const { from, to, fromOwner, toOwner, amount } = movement;
  const position = chainPosition(slot, index, movement.path);
  const entry = (market: Address, vaultDelta: bigint, at = position): LedgerEntry => ({
    position: at,
    signature,
    slot,
    blockTime,
    market,
    jobId,
    kind,
    from,
    to,
    fromOwner,
    toOwner,
    amount,
    vaultDelta,
  });
  const { source, target, fee } = markets;
  if (source !== undefined && source === target) return [entry(source, 0n)];
  if (source !== undefined && target !== undefined) {
    return [entry(source, -amount), { ...entry(target, amount, `${position}+`), kind: 'other' }];
  }
  if (source !== undefined) return [entry(source, -amount)];
  if (target !== undefined) return [entry(target, amount)];
  return kind === 'fee' && fee !== null ? [entry(fee, 0n)] : [];
}
