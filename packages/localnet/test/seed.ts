/** The seed that TEST_SEED names, or a new one; print it, so that a failure can be repeated. */
export function testSeed(): number {
  const given = process.env.TEST_SEED;
  return given === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(given);
}
