import { once } from 'node:events';
import { WebSocket } from 'ws';
import { RPC_CODES } from '../../src/rpc-error.js';
import { fuzzSubscription } from './bodies.js';
import type { Dice } from './dice.js';
import { breakText, toJson } from './json.js';
import { type Asked, describeCall, judge, type Tally, type Verdict } from './judge.js';
import type { World } from './world.js';

/** No answer for so long counts as none at all. */
const HANG_MS = 30_000;
const MAX_MESSAGE_BYTES = 262_144;

/**
 * Sends messages over one websocket, waits for the answer to each, and reads the notifications that come in between.
 * Returns what was wrong with the first bad one.
 */
export async function fuzzWebsocket(
  dice: Dice,
  world: World,
  url: string,
  messages: number,
  tally: Tally,
): Promise<{ requests: number; verdict: Verdict }> {
  const socket = new WebSocket(url);
  await once(socket, 'open');
  let verdict: Verdict = null;
  let answered: (answer: unknown) => void = () => undefined;
  const note = (problem: Verdict): void => {
    verdict ??= problem;
  };
  socket.on('message', (data) => {
    const message: unknown = JSON.parse(String(data));
    if (typeof message === 'object' && message !== null && 'method' in message)
      note(judgeNotification(message));
    else answered(message);
  });
  let sent = 0;
  while (sent < messages && verdict === null) {
    const { bytes, asked } = fuzzMessage(dice, world, sent);
    sent += 1;
    const answer = new Promise((resolve, reject) => {
      const deadline = setTimeout(() => reject(new Error(`no answer within ${HANG_MS} ms`)), HANG_MS);
      answered = (given) => {
        clearTimeout(deadline);
        resolve(given);
      };
      socket.once('close', (code) => answered(`the connection was closed with ${code}`));
    });
    socket.send(bytes, { binary: false });
    try {
      const problem = judge(await answer, asked, tally);
      if (problem !== null) note(`over a websocket: ${problem}\n  call: ${describeCall(asked.call)}`);
    } catch (error) {
      note(`over a websocket: ${String(error)}\n  call: ${describeCall(asked.call)}`);
    }
    socket.removeAllListeners('close');
  }
  socket.terminate();
  return { requests: sent, verdict };
}

function fuzzMessage(dice: Dice, world: World, id: number): { bytes: Buffer; asked: Asked } {
  const call = fuzzSubscription(dice, world);
  const text = toJson({ jsonrpc: '2.0', id, method: call.method, params: call.params });
  if (dice.oneIn(10)) {
    const bytes = Buffer.from(breakText(dice, text).toString('utf8'));
    try {
      JSON.parse(bytes.toString('utf8'));
    } catch {
      return { bytes, asked: { id: null, expect: { code: RPC_CODES.parse }, call: null } };
    }
  }
  const bytes = Buffer.from(text);
  // What is above the limit of a message closes the connection: that is for the attacks on frames.
  return bytes.length > MAX_MESSAGE_BYTES
    ? fuzzMessage(dice, world, id)
    : { bytes, asked: { id, expect: 'answer', call } };
}

function judgeNotification(message: object): Verdict {
  const { jsonrpc, method, params } = message as { jsonrpc?: unknown; method?: unknown; params?: unknown };
  const complete =
    jsonrpc === '2.0' &&
    typeof method === 'string' &&
    /^[a-zA-Z]+Notification$/.test(method) &&
    typeof params === 'object' &&
    params !== null &&
    'result' in params &&
    'subscription' in params;
  return complete ? null : `a notification is malformed: ${JSON.stringify(message).slice(0, 400)}`;
}
