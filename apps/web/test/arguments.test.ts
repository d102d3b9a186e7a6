import { describe, expect, it } from 'vitest';
import { argumentText, cidOf } from '../src/features/transactions/lib/arguments';

describe('arguments of an instruction', () => {
  it('name documents by their CID', () => {
    // The network's own "no result yet": the CID of 32 zeros.
    expect(cidOf('00'.repeat(32))).toBe('QmNLei78zWmzUdbeRB3CiUfAizWUrbeeZh5K1rhAQKCh51');
    expect(argumentText('ipfsJob', '00'.repeat(32))).toEqual({
      name: 'definition',
      text: 'QmNLei78zWmzUdbeRB3CiUfAizWUrbeeZh5K1rhAQKCh51',
      exact: '00'.repeat(32),
    });
  });

  it('say times as times and leave the rest alone', () => {
    expect(argumentText('timeout', '300')).toEqual({ name: 'timeout', text: '5 min', exact: '300 s' });
    expect(argumentText('timeout', '-1')).toEqual({ name: 'timeout', text: '-1', exact: null });
    expect(argumentText('jobPrice', '48')).toEqual({ name: 'jobPrice', text: '48', exact: null });
  });
});
