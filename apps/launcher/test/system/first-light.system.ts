import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import getPort from 'get-port';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { launchBrowser } from './browser.js';
import { processesNaming, processRunning, type Stack, startStack } from './stack.js';

const healthSchema = z.object({
  status: z.literal('ok'),
  cluster: z.literal('localnet'),
  lagSlots: z.coerce.number(),
  jobsSettled: z.coerce.number(),
});

let dataDir: string;
let args: string[];
let stack: Stack;
let browser: Browser;
let page: Page;
let jobPath: string;

const health = async () => healthSchema.parse(await (await fetch(`${stack.url}/api/health`)).json());
/** The NOS amount in a sentence, in base units, for sums without rounding; a sentence that says nothing was paid is 0. */
const baseUnits = (sentence: string): bigint => {
  if (/nothing/i.test(sentence)) return 0n;
  const match = /([\d,]+)(?:\.(\d{1,6}))? NOS/.exec(sentence);
  if (!match?.[1]) throw new Error(`no amount in "${sentence}"`);
  return BigInt(match[1].replaceAll(',', '')) * 1_000_000n + BigInt((match[2] ?? '').padEnd(6, '0'));
};

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'inferscan-system-'));
  // Run as root, Postgres runs under an account of its own, which must be able to enter.
  chmodSync(dataDir, 0o755);
  const port = await getPort();
  args = ['--data', dataDir, '--port', String(port), '--demo-interval', '2'];
  [stack, browser] = await Promise.all([startStack(args), launchBrowser()]);
  page = await browser.newPage();
});
afterAll(async () => {
  await browser?.close();
  await stack?.end('SIGTERM');
  rmSync(dataDir, { recursive: true, force: true });
});

test('health says that the network is indexed and jobs settle', async () => {
  await vi.waitFor(async () => expect((await health()).jobsSettled).toBeGreaterThan(0), {
    timeout: 60_000,
    interval: 250,
  });
  expect((await health()).lagSlots).toBeLessThan(50);
});

test('a visitor sees settled jobs on the first page', async () => {
  await page.goto(stack.url);
  await page.locator('[data-job][data-status="finished"]:visible').first().waitFor();
  expect(await page.title()).toContain('Inferscan');
});

test('a live drawing brings new rows and leaves what colours the page in place', async () => {
  await page.goto(`${stack.url}/jobs`);
  const colors = await page.locator('meta[name="color-scheme"], meta[name="theme-color"]').elementHandles();
  const newest = () => page.locator('[data-job]').first().getAttribute('data-job');
  const before = await newest();
  await expect.poll(newest, { timeout: 30_000 }).not.toBe(before);
  // Taken out and put back, they would have the browser style the whole page anew.
  const stayed = await Promise.all(colors.map((meta) => meta.evaluate(({ isConnected }) => isConnected)));
  expect(stayed).toEqual([true, true, true]);
});

test('a developer launches a job and reads its answer, cost and refund', async () => {
  await page.goto(`${stack.url}/launch`);
  await page.getByTestId('wallet-connect').click();
  await page.getByTestId('wallet-fund').click();
  await page.getByTestId('launch-question').fill('384 × 57');
  await page.getByTestId('launch-submit').click();
  await expect
    .poll(() => page.getByTestId('job-answer').textContent(), { timeout: 60_000 })
    .toMatch(/21,?888/);
  await page.getByTestId('job-refund').waitFor();
  const [escrow, cost, refund] = await Promise.all(
    ['job-escrow', 'job-cost', 'job-refund'].map(async (id) =>
      baseUnits((await page.getByTestId(id).textContent()) ?? ''),
    ),
  );
  if (escrow === undefined || cost === undefined || refund === undefined)
    throw new Error('an amount is missing');
  expect(escrow).toBeGreaterThan(0n);
  expect(cost + refund).toBe(escrow);
  const href = await page.getByTestId('job-watch').locator('a[href^="/jobs/"]').first().getAttribute('href');
  if (href === null) throw new Error('the console shows no link to the job');
  jobPath = href;
});

test('the job page shows every step with its transaction, and the receipt', async () => {
  await page.goto(`${stack.url}${jobPath}`);
  const text = await page.locator('main').textContent();
  expect(text).toMatch(/21,?888/);
  expect(text).toContain('arithmetic');
  expect(await page.locator('main a[href^="/tx/"]').count()).toBeGreaterThanOrEqual(2);
});

test('a developer launches a service, calls it with a token of the wallet, and ends it', async () => {
  await page.goto(`${stack.url}/launch`);
  await page.getByText('Serve an API').click();
  await page.getByTestId('launch-submit').click();
  await page.getByTestId('service-token-make').click({ timeout: 60_000 });
  const token = (await page.getByTestId('service-token').textContent()) ?? '';
  const baseUrl = (await page.getByTestId('service-url').textContent()) ?? '';
  const ask = (bearer: string) =>
    fetch(`${baseUrl}/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${bearer}` },
      body: JSON.stringify({
        model: 'arithmetic',
        messages: [{ role: 'user', content: '384*57' }],
        reasoning_effort: 'high',
        temperature: 0,
      }),
    });
  // The page may know of the run a moment before the node has opened the endpoint.
  const answer = await vi.waitFor(() => ask(token), { timeout: 30_000, interval: 200 });
  expect(await answer.json()).toMatchObject({ choices: [{ message: { content: '21888' } }] });
  expect((await ask('another')).status).toBe(401);
  expect(await page.getByTestId('call-snippets').textContent()).toContain(`${baseUrl}/chat/completions`);

  await page.getByTestId('job-watch').getByRole('button', { name: 'Stop' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Sign and stop' }).click();
  await page.getByTestId('service-served').waitFor({ timeout: 60_000 });
  expect(await page.getByTestId('service-served').textContent()).toBe('1');
});

test('a reader further down is told of new rows, which come when they are asked for', async () => {
  await page.setViewportSize({ width: 390, height: 500 });
  await page.goto(`${stack.url}/jobs`);
  await page.evaluate('scrollTo(0, 600)');
  const newest = () => page.locator('[data-job]').first().getAttribute('data-job');
  const button = page.getByRole('button', { name: /^\d+ new jobs?$/ });
  const waiting = async () => Number.parseInt((await button.textContent()) ?? '', 10);
  await button.waitFor({ timeout: 30_000 });
  const [before, first] = [await newest(), await waiting()];
  await expect.poll(waiting, { timeout: 30_000 }).toBeGreaterThan(first);
  expect(await newest()).toBe(before);
  await button.click();
  await expect.poll(newest, { timeout: 30_000 }).not.toBe(before);
  expect(await page.evaluate('scrollY')).toBe(0);
  await button.waitFor({ state: 'detached' });
  await page.setViewportSize({ width: 1280, height: 720 });
});

test('every part killed with SIGKILL at once comes back and loses nothing', async () => {
  const before = (await health()).jobsSettled;
  const parts = [
    'packages/worker/dist/cli.js',
    'apps/indexer/dist/cli.js',
    'packages/localnet/dist/cli.js',
    'packages/storage/dist/cli.js',
    'stack/postgres-child.js',
  ].map((script) => processRunning(script, dataDir));
  for (const pid of parts) process.kill(pid, 'SIGKILL');
  await vi.waitFor(async () => expect((await health()).jobsSettled).toBeGreaterThan(before + 3), {
    timeout: 100_000,
    interval: 500,
  });
});

test('no secret is in the logs or on the terminal', () => {
  const logs = readdirSync(join(dataDir, 'logs')).map((name) =>
    readFileSync(join(dataDir, 'logs', name), 'utf8'),
  );
  const [password] = readFileSync(join(dataDir, 'postgres', 'password'), 'utf8').split('\n');
  if (!password) throw new Error('the database has no password');
  for (const text of [...logs, stack.output.join('\n')]) expect(text).not.toContain(password);
});

test('Ctrl-C stops everything, and a second start goes on where the first ended', async () => {
  const before = (await health()).jobsSettled;
  expect(await stack.end('SIGINT')).toBe(0);
  await vi.waitFor(() => expect(processesNaming(dataDir)).toEqual([]), { timeout: 5_000, interval: 50 });
  stack = await startStack(args);
  expect((await health()).jobsSettled).toBeGreaterThanOrEqual(before);
  await page.goto(`${stack.url}${jobPath}`);
  expect(await page.locator('main').textContent()).toContain('21888');
});

test('a launcher killed with SIGKILL leaves no process behind', async () => {
  await stack.end('SIGKILL');
  await vi.waitFor(() => expect(processesNaming(dataDir)).toEqual([]), { timeout: 30_000, interval: 100 });
});
