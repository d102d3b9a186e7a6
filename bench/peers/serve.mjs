/**
 * Answers the parent's questions one after another: `{ id, ...question }` gets `{ id, answer }` or `{ id, error }`. Says that it is
 * ready with an answer to nobody's question, id 0.
 */
export function serve(answer) {
  process.on('message', async ({ id, ...question }) => {
    try {
      process.send({ id, answer: await answer(question) });
    } catch (error) {
      process.send({ id, error: error instanceof Error ? error.message : String(error) });
    }
  });
  process.on('disconnect', () => process.exit(0));
  process.send({ id: 0, answer: null });
}

/** What the parent said at the start. */
export const given = () => JSON.parse(process.argv[2]);

/** Processor time of this process so far. */
export function processorMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
