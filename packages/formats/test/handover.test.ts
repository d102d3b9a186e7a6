import { describe, expect, it } from 'vitest';

import { handoverMemo, readHandoverMemo } from '../src/index.js';

const CID = 'QmNLei78zWmzUdbeRB3CiUfAizWUrbeeZh5K1rhAQKCh51';
const OTHER = 'QmZ1ei78zWmzUdbeRB3CiUfAizWUrbeeZh5K1rhAQKCh51';

describe('the memo of a job that is handed back', () => {
  it('names partial results, and is read as it was written', () => {
    const memo = handoverMemo([CID, OTHER]);
    expect(memo).toBe(`inferscan.handover/1 ${CID} ${OTHER}`);
    expect(readHandoverMemo(memo ?? '')).toEqual([CID, OTHER]);
  });

  it('is not written for nothing, and names no more than fit a transaction', () => {
    expect(handoverMemo([])).toBeNull();
    expect(handoverMemo(['https://elsewhere.example'])).toBeNull();
    expect(readHandoverMemo(handoverMemo(Array(20).fill(CID)) ?? '')).toHaveLength(8);
  });

  it('is read from no other text', () => {
    for (const text of [
      '',
      CID,
      `inferscan.handover/2 ${CID}`,
      `inferscan.handover/1 ${CID} https://elsewhere.example`,
      `inferscan.handover/1  ${CID}`,
      `inferscan.handover/1 ${Array(9).fill(CID).join(' ')}`,
      'inferscan.handover/1',
    ]) {
      expect(readHandoverMemo(text)).toEqual([]);
    }
  });
});
