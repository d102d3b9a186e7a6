import { z } from 'zod';

const Refusal = z.object({ error: z.union([z.string(), z.object({ message: z.string() })]) });

/** What one press of the button gives. */
const FAUCET_LAMPORTS = 1_000_000_000n;
const FAUCET_NOS = 100_000_000n;

const TIMEOUT_MS = 15_000;

/** Asks a localnet's faucet for 1 SOL and 100 NOS. Throws an Error with a text for people. */
export async function requestFunds(faucetUrl: string, address: string): Promise<void> {
  let response: Response;
  try {
    response = await fetch(faucetUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ address, lamports: FAUCET_LAMPORTS.toString(), nos: FAUCET_NOS.toString() }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (cause) {
    throw new Error('The faucet does not answer. Is the localnet running?', { cause });
  }
  if (response.ok) return;
  const refusal = Refusal.safeParse(await response.json().catch(() => null));
  const reason = refusal.success
    ? typeof refusal.data.error === 'string'
      ? refusal.data.error
      : refusal.data.error.message
    : `status ${response.status}`;
  throw new Error(`The faucet refused: ${reason}`);
}
