import { describe, expect, it } from 'vitest';
import { explainError, StageError } from '@/features/console/lib/explain-error';
import { TransactionExpired, TransactionFailed } from '@/features/wallet/api/send';

const RPC = 'http://127.0.0.1:8899/?api-key=secret';
const preflight = (logs: string[]) =>
  Object.assign(new Error('Transaction simulation failed'), { name: 'SolanaError', context: { logs } });

describe('errors in words', () => {
  it('offers the faucet where money is missing', () => {
    const tokens = explainError(
      new StageError(
        'sending',
        preflight(['Program log: Instruction: List', 'Program log: Error: insufficient funds']),
      ),
      RPC,
    );
    expect(tokens).toMatchObject({ title: 'Not enough NOS for the escrow.', remedy: 'fund' });
    const sol = explainError(
      new StageError('sending', preflight(['Transfer: insufficient lamports 10, need 20'])),
      RPC,
    );
    expect(sol).toMatchObject({ title: 'Not enough SOL for fees and rent.', remedy: 'fund' });
  });

  it('repeats what the program said', () => {
    const refused = explainError(
      preflight([
        'Program log: AnchorError thrown in x.rs:1. Error Code: JobInWrongState. Error Number: 6005. Error Message: Job is in the wrong state.',
      ]),
      RPC,
    );
    expect(refused.detail).toContain('Job is in the wrong state.');
  });

  it('tells whose server does not answer, without the key in its address', () => {
    const offline = new TypeError('Failed to fetch');
    expect(explainError(new StageError('storing', offline), RPC).title).toBe(
      'The site’s server does not answer.',
    );
    const chain = explainError(new StageError('sending', offline), RPC);
    expect(chain.detail).toBe('http://127.0.0.1:8899 could not be reached. Nothing was paid.');
    expect(explainError(new StageError('confirming', offline), RPC).detail).toContain('may still happen');
  });

  it('knows a refusal of the wallet and a transaction that came too late or failed', () => {
    expect(explainError(Object.assign(new Error('no'), { code: 4001 }), RPC).title).toBe('You did not sign.');
    expect(explainError(new Error('User rejected the request.'), RPC).title).toBe('You did not sign.');
    expect(explainError(new StageError('confirming', new TransactionExpired('s')), RPC).detail).toContain(
      'nothing was paid',
    );
    expect(explainError(new TransactionFailed('s', {}), RPC).title).toBe('The transaction failed on chain.');
  });

  it('never throws, whatever was thrown', () => {
    for (const odd of [null, undefined, 'text', 7, {}, { cause: { cause: null } }]) {
      expect(explainError(odd, 'not a url').title).not.toBe('');
    }
  });
});
