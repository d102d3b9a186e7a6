import { Agent, request } from 'node:http';
import { namedAddress } from './addresses.js';
import { fuzzBody } from './bodies.js';
import type { Dice } from './dice.js';
import { breakText, mutate, toJson } from './json.js';
import { judgeText, type Tally, type Verdict } from './judge.js';
import type { World } from './world.js';

/** No answer for so long counts as none at all. */
const HANG_MS = 30_000;

export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
}

/** Sends over connections that are kept open, as many at a time as it has. */
export interface HttpClient {
  post(path: string, body: Uint8Array): Promise<HttpAnswer>;
  close(): void;
}

export function createHttpClient(port: number, connections: number): HttpClient {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  return {
    post: (path, body) =>
      new Promise((resolve, reject) => {
        const sent = request(
          {
            ...{ agent, path, port, host: '127.0.0.1', method: 'POST', timeout: HANG_MS },
            headers: { 'content-type': 'application/json', 'content-length': body.length },
          },
          (response) => {
            const chunks: Buffer[] = [];
            response.on('data', (chunk: Buffer) => chunks.push(chunk));
            response.on('error', reject);
            response.on('end', () =>
              resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
            );
          },
        );
        sent.on('timeout', () => sent.destroy(new Error(`no answer within ${HANG_MS} ms`)));
        sent.on('error', reject);
        sent.end(body);
      }),
    close: () => agent.destroy(),
  };
}

/** Sends one body to the RPC and says how many requests it held, and what was wrong with the answer. */
export async function fuzzRpc(
  client: HttpClient,
  dice: Dice,
  world: World,
  tally: Tally,
): Promise<{ requests: number; verdict: Verdict }> {
  const { bytes, asked, requests } = fuzzBody(dice, world);
  const { status, text } = await client.post('/', bytes).catch((error: unknown) => {
    const methods = (Array.isArray(asked) ? asked : [asked]).map(({ call }) => call?.method ?? 'no call');
    throw new Error(`${String(error)} to ${methods.join(' ')}\n  body: ${shorten(bytes)}`, { cause: error });
  });
  const silent = Array.isArray(asked) && asked.length === 0;
  const problem = silent
    ? status === 204 && text === ''
      ? null
      : `notifications got ${status} ${text.slice(0, 200)}`
    : status === 200
      ? judgeText(text, asked, tally)
      : `status ${status}: ${text.slice(0, 200)}`;
  if (problem === null) return { requests, verdict: null };
  return { requests, verdict: `${problem}\n  body: ${shorten(bytes)}\n  answer: ${text.slice(0, 400)}` };
}

/** Asks the faucet for something, mostly in a wrong way. */
export async function fuzzFaucet(client: HttpClient, dice: Dice): Promise<Verdict> {
  const body: unknown = {
    address: namedAddress(`taker ${dice.int(50)}`),
    ...(dice.oneIn(2) ? { lamports: String(1 + dice.int(2_000_000_000)) } : {}),
    ...(dice.oneIn(2) ? { nos: String(dice.int(1_000_000)) } : {}),
    ...(dice.oneIn(4)
      ? {
          stake: {
            amount: String(1 + dice.int(1_000)),
            durationSeconds: dice.pick([1_209_600, 5, 31_536_000]),
          },
        }
      : {}),
  };
  const text = toJson(dice.oneIn(3) ? body : mutate(dice, body));
  const bytes = dice.oneIn(6) ? breakText(dice, text) : Buffer.from(text);
  const answer = await client.post('/faucet', bytes);
  const fail = (what: string): string =>
    `the faucet ${what}\n  body: ${shorten(bytes)}\n  answer: ${answer.text}`;
  if (answer.status !== 200 && answer.status !== 400) return fail(`answered ${answer.status}`);
  try {
    const { error, signatures } = JSON.parse(answer.text) as { error?: unknown; signatures?: unknown };
    if (answer.status === 200) return Array.isArray(signatures) ? null : fail('gave no signatures');
    return typeof error === 'string' && error !== '' ? null : fail('gave no reason');
  } catch {
    return fail('did not answer in JSON');
  }
}

const shorten = (bytes: Buffer): string => bytes.toString('utf8').slice(0, 1_500);
