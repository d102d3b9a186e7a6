import type { ProtocolEvent, TokenMovement } from '../events/event.js';
import type { LedgerKind } from '../fold/records.js';

/**
 * Kinds of a settlement's two transfers. The program pays first and refunds second; the accounts tell them apart
 * unless node and payer use the same one. Of a single transfer to a shared account only the caller can know
 * whether it paid: `paidNothing`.
 */
function settlementKinds(event: ProtocolEvent, paidNothing: boolean): LedgerKind[] {
  const { vault, user, deposit } = event.accounts;
  const settling = event.movements.filter(({ from }) => from === vault);
  const refundsOnly = settling.length === 1 && paidNothing;
  let order = 0;
  return event.movements.map(({ from, to }) => {
    if (from !== vault) return 'other';
    order += 1;
    if (user !== deposit) return to === user ? 'payout' : to === deposit ? 'refund' : 'other';
    if (to !== user || order > 2) return 'other';
    return order === 1 && !refundsOnly ? 'payout' : 'refund';
  });
}

/** What each movement under an event was for, in order. Amounts play no part: transfers are taken as they happened. */
export function movementKinds(event: ProtocolEvent, paidNothing: boolean): LedgerKind[] {
  const { vault, rewardsVault } = event.accounts;
  const each = (kindOf: (movement: TokenMovement) => LedgerKind) => event.movements.map(kindOf);
  const ofMarket = event.form !== 'C';
  switch (event.instruction) {
    case 'create':
    case 'list':
    case 'assign':
    case 'extend':
      return each(({ to }) => (to === vault ? 'deposit' : to === rewardsVault ? 'fee' : 'other'));
    case 'delist':
    case 'recover':
      return each(({ from }) => (from === vault ? 'refund' : 'other'));
    case 'finish':
    case 'end':
      return settlementKinds(event, paidNothing);
    case 'close':
      // In C it ends a job that may wait, later a market.
      return each(({ from }) => (from !== vault ? 'other' : ofMarket ? 'close' : 'refund'));
    case 'stop':
    case 'closeAdmin':
      return each(({ from }) => (from === vault ? 'close' : 'other'));
    default:
      return each(() => 'other');
  }
}
