import type { Address } from '@solana/kit';
import type { NodeRecord } from './records.js';
import { addTo, removeFrom } from './state.js';
import { type Step, saveNode } from './step.js';
import { UNKNOWN_ADDRESS } from './unknown.js';

/** A node's record, made at its first appearance. */
function nodeOf({ state, event }: Step, address: Address): NodeRecord {
  const { blockTime } = event;
  return (
    state.nodes.get(address) ?? {
      address,
      firstSeenAt: blockTime,
      lastSeenAt: blockTime,
      queuedIn: null,
      runsStarted: 0,
      runsFinished: 0,
      runsEnded: 0,
      runsQuit: 0,
      earned: 0n,
    }
  );
}

/** Changes a node's record, creating it at its first appearance. */
export function updateNode(
  step: Step,
  address: Address,
  change: (node: NodeRecord) => Partial<NodeRecord>,
): void {
  if (address === UNKNOWN_ADDRESS) return;
  const node = nodeOf(step, address);
  saveNode(step, { ...node, ...change(node) });
}

/** The node itself signed. Being matched, paid or removed by others is no sign of life. */
export function sawNode(step: Step, address: Address): void {
  if (address === UNKNOWN_ADDRESS) return;
  const at = step.event.blockTime;
  const node = nodeOf(step, address);
  saveNode(step, {
    ...node,
    firstSeenAt: node.firstSeenAt ?? at,
    lastSeenAt: at ?? node.lastSeenAt,
  });
}

export function nodeJoined(step: Step, address: Address, market: Address): void {
  addTo(step.state.marketsAwaited, address, market);
  updateNode(step, address, () => ({ queuedIn: market }));
}

/** A node may wait in several markets; then the one with the lowest address is named after it left the last. */
export function nodeLeft(step: Step, address: Address, market: Address): void {
  removeFrom(step.state.marketsAwaited, address, market);
  updateNode(step, address, (node) => {
    if (node.queuedIn !== market) return {};
    const [next] = [...(step.state.marketsAwaited.get(address) ?? [])].sort();
    return { queuedIn: next ?? null };
  });
}
