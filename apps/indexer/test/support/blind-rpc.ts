import { SaidError, type ScriptedCall, type ScriptedRpc, startScriptedRpc } from './scripted-rpc.js';

/** Asks a server, and says what it says. */
export async function askUpstream(url: string, { method, params }: ScriptedCall): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  const answer = (await response.json()) as { result?: unknown; error?: { code: number; message: string } };
  if (answer.error !== undefined) throw new SaidError(answer.error.code, answer.error.message);
  return answer.result;
}

const withoutIndex = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || !('transactionIndex' in value)) return value;
  const { transactionIndex: _, ...rest } = value;
  return rest;
};

/** A server of an older kind in front of a real one: no answer says at which place in its block a transaction is. */
export const startBlindRpc = (upstream: string): Promise<ScriptedRpc> =>
  startScriptedRpc(async (call) => {
    const answer = await askUpstream(upstream, call);
    return Array.isArray(answer) ? answer.map(withoutIndex) : withoutIndex(answer);
  });
