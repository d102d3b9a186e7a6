import type { ChangeSet } from '@inferscan/protocol';

/** Changes of consecutive transactions as one: each record once, in its latest version. */
export function mergeChanges(sets: readonly ChangeSet[]): ChangeSet {
  const latest = <Row>(rows: (set: ChangeSet) => readonly Row[], key: (row: Row) => string): Row[] => [
    ...new Map(sets.flatMap(rows).map((row) => [key(row), row])).values(),
  ];
  return {
    events: sets.flatMap(({ events }) => events),
    ledger: sets.flatMap(({ ledger }) => ledger),
    anomalies: sets.flatMap(({ anomalies }) => anomalies),
    beside: sets.flatMap(({ beside }) => beside),
    markets: latest(
      ({ markets }) => markets,
      ({ address }) => address,
    ),
    jobs: latest(
      ({ jobs }) => jobs,
      ({ id }) => id,
    ),
    runs: latest(
      ({ runs }) => runs,
      ({ id }) => id,
    ),
    nodes: latest(
      ({ nodes }) => nodes,
      ({ address }) => address,
    ),
    stakes: latest(
      ({ stakes }) => stakes,
      ({ id }) => id,
    ),
    nodeRegistrations: latest(
      ({ nodeRegistrations }) => nodeRegistrations,
      ({ address }) => address,
    ),
    rewardPools: latest(
      ({ rewardPools }) => rewardPools,
      ({ address }) => address,
    ),
    rewards: latest(
      ({ rewards }) => rewards,
      ({ id }) => id,
    ),
  };
}
