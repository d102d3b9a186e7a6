/** Asks for one statement, before it returns, and resolves with its answer. */
export type Step = () => Promise<unknown>;

/**
 * Takes steps of one transaction one after the other. On a pipelined connection they may go together: the server takes them in
 * the same order, but no answer is waited for before the next is sent.
 * @throws what the first step failed with that did, after all have ended: none may go on when the transaction is rolled back
 * @param together never where a step asks for more than one statement, unless it is the last
 */
export async function inTurn(steps: readonly Step[], together: boolean): Promise<void> {
  if (!together) {
    for (const step of steps) await step();
    return;
  }
  for (const done of await Promise.allSettled(steps.map((step) => step()))) {
    if (done.status === 'rejected') throw done.reason;
  }
}
