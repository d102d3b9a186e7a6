import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { post } from '../support.js';
import { type StillNet, startStillNet } from './network.js';

const KEY = '1'.repeat(32);
const SIGNATURE = '1'.repeat(64);

describe('requests', () => {
  let net: StillNet;
  beforeAll(async () => {
    net = await startStillNet();
  });
  afterAll(() => net.stop());

  const invalid = (id: unknown, message = 'Invalid request') => ({
    jsonrpc: '2.0',
    error: { code: -32600, message },
    id,
  });
  const parseError = { jsonrpc: '2.0', error: { code: -32700, message: 'Parse error' }, id: null };

  const bodies: [body: string, answer: unknown][] = [
    ['', parseError],
    ['{"jsonrpc":"2.0",', parseError],
    ['42', parseError],
    ['null', parseError],
    ['"getSlot"', parseError],
    ['{}', invalid(null)],
    ['{"jsonrpc":"2.0","id":7}', invalid(7)],
    ['{"jsonrpc":"2.0","id":7,"method":42}', invalid(7)],
    ['{"jsonrpc":"2.0","id":{},"method":"getHealth"}', invalid(null)],
    ['{"jsonrpc":"2.0","id":-1,"method":"getHealth"}', invalid(null)],
    ['{"jsonrpc":"2.0","id":1.5,"method":"getHealth"}', invalid(null)],
    ['{"jsonrpc":"1.0","id":"a","method":"getHealth"}', invalid('a')],
    ['{"id":"a","method":"getHealth"}', invalid('a', 'Unsupported JSON-RPC protocol version')],
    ['{"jsonrpc":"2.0","id":1,"method":"getHealth","params":"x"}', invalid(1)],
    ['{"jsonrpc":"2.0","id":1,"method":"getHealth","more":1}', invalid(1)],
    ['{"jsonrpc":"2.0","id":"a","method":"getHealth"}', { jsonrpc: '2.0', result: 'ok', id: 'a' }],
    [
      '{"jsonrpc":"2.0","id":null,"method":"getHealth","params":null}',
      { jsonrpc: '2.0', result: 'ok', id: null },
    ],
    [
      '{"jsonrpc":"2.0","id":1,"method":"getLargestAccounts"}',
      { jsonrpc: '2.0', error: { code: -32601, message: 'Method not found' }, id: 1 },
    ],
    [
      '[{"jsonrpc":"2.0","id":1,"method":"getHealth"},{"jsonrpc":"2.0","method":"getHealth"},{"id":2},7]',
      [{ jsonrpc: '2.0', result: 'ok', id: 1 }, invalid(2), invalid(null)],
    ],
    ['[]', invalid(null, 'Invalid request: a batch has 1 to 100 requests')],
  ];
  it.each(bodies)('%s', async (body, answer) => {
    expect(JSON.parse(await post(net.net.url, body))).toEqual(answer);
  });

  const text = (message: string) => ({ code: -32602, message });
  const type = (what: string, expected: string) =>
    text(`Invalid params: invalid type: ${what}, expected ${expected}.`);
  const wrongSize = text('Invalid param: WrongSize');
  const notBase58 = text('Invalid param: Invalid');
  const atLeast = (count: number) => text(`\`params\` should have at least ${count} argument(s)`);
  const range = (from: number, to: number, got: number) => ({
    code: -32602,
    message: `Invalid parameters: Expected from ${from} to ${to} parameters.`,
    data: `"Got: ${got}"`,
  });
  const none = (data: string) => ({
    code: -32602,
    message: 'Invalid parameters: No parameters were expected',
    data,
  });

  const params: [method: string, params: unknown, error: object][] = [
    [
      'getHealth',
      [1, 'a', null, true, [2], { b: 1 }],
      none('Array([Number(1), String("a"), Null, Bool(true), Array [Number(2)], Object {"b": Number(1)}])'),
    ],
    ['getVersion', { a: 1 }, none('Map({"a": Number(1)})')],
    ['getGenesisHash', [{}], none('Array([Object {}])')],
    ['getIdentity', ['x'], none('Array([String("x")])')],
    ['getFirstAvailableBlock', [0], none('Array([Number(0)])')],
    ['getBlockTime', [], text('Invalid params: invalid length 0, expected a tuple of size 1.')],
    ['getBlockTime', null, type('null', 'a tuple of size 1')],
    ['getBlockTime', { slot: 1 }, type('map', 'a tuple of size 1')],
    ['getBlockTime', [1, 2], text('Invalid params: invalid length 2, expected fewer elements in array.')],
    ['getBlockTime', ['1'], type('string "1"', 'u64')],
    ['getBlockTime', [1.5], type('floating point `1.5`', 'u64')],
    ['getBlockTime', [-1], text('Invalid params: invalid value: integer `-1`, expected u64.')],
    ['getSlot', { commitment: 'confirmed' }, text('`params` should be an array')],
    ['getSlot', ['confirmed'], type('string "confirmed"', 'struct RpcContextConfig')],
    ['getSlot', [[]], type('sequence', 'struct RpcContextConfig')],
    ['getSlot', [{ minContextSlot: '1' }], type('string "1"', 'u64')],
    ['getSlot', [{}, {}], range(0, 1, 2)],
    ['getBlockHeight', [7], type('integer `7`', 'struct RpcContextConfig')],
    ['getEpochInfo', [true], type('boolean `true`', 'struct RpcContextConfig')],
    ['getBalance', [], atLeast(1)],
    ['getBalance', null, atLeast(1)],
    ['getBalance', [7], type('integer `7`', 'a string')],
    ['getBalance', ['0OIl'], notBase58],
    ['getBalance', ['abc'], wrongSize],
    ['getBalance', ['1'.repeat(45)], wrongSize],
    ['getBalance', [KEY, {}, 1], range(1, 2, 3)],
    [
      'getAccountInfo',
      [KEY, { encoding: 'hex' }],
      text(
        'Invalid params: unknown variant `hex`, expected one of `binary`, `base58`, `base64`, `jsonParsed`, `base64+zstd`.',
      ),
    ],
    ['getAccountInfo', [KEY, { encoding: 1 }], type('integer `1`', 'string or map')],
    ['getAccountInfo', [KEY, { dataSlice: 1 }], type('integer `1`', 'struct UiDataSliceConfig')],
    [
      'getAccountInfo',
      [KEY, { dataSlice: { offset: -1, length: 1 } }],
      text('Invalid params: invalid value: integer `-1`, expected usize.'),
    ],
    ['getMultipleAccounts', [KEY], type(`string "${KEY}"`, 'a sequence')],
    ['getMultipleAccounts', [Array(101).fill(KEY)], text('Too many inputs provided; max 100')],
    ['getMultipleAccounts', [[KEY, 'x']], wrongSize],
    ['getProgramAccounts', [KEY, { filters: {} }], type('map', 'a sequence')],
    [
      'getProgramAccounts',
      [KEY, { filters: Array(5).fill({ dataSize: 1 }) }],
      text('Too many filters provided; max 4'),
    ],
    [
      'getProgramAccounts',
      [KEY, { filters: [{ datasize: 1 }] }],
      text(
        'Invalid params: unknown variant `datasize`, expected one of `dataSize`, `memcmp`, `tokenAccountState`.',
      ),
    ],
    ['getProgramAccounts', [KEY, { filters: [{ dataSize: 'x' }] }], type('string "x"', 'u64')],
    [
      'getProgramAccounts',
      [KEY, { filters: [{}] }],
      text('Invalid params: invalid value: map, expected map with a single key.'),
    ],
    ['getProgramAccounts', [KEY, { filters: [{ tokenAccountState: true }] }], type('boolean `true`', 'unit')],
    ['getProgramAccounts', [KEY, { filters: [{ memcmp: { bytes: 'x' } }] }], type('null', 'usize')],
    [
      'getProgramAccounts',
      [KEY, { filters: [{ memcmp: { offset: 0, bytes: '0' } }] }],
      text("Invalid param: Base58DecodeError(InvalidCharacter { character: '0', index: 0 })"),
    ],
    [
      'getProgramAccounts',
      [KEY, { filters: [{ memcmp: { offset: 0, bytes: '!', encoding: 'base64' } }] }],
      text('Invalid param: Base64DecodeError(InvalidByte(0, 33))'),
    ],
    [
      'getProgramAccounts',
      [KEY, { filters: [{ memcmp: { offset: 0, bytes: '1'.repeat(129) } }] }],
      text('Invalid param: DataTooLarge'),
    ],
    [
      'getProgramAccounts',
      [KEY, { filters: [{ memcmp: { offset: 0, bytes: '1'.repeat(176) } }] }],
      text('Invalid param: DataTooLarge'),
    ],
    [
      'getProgramAccounts',
      [KEY, { filters: [{ memcmp: { offset: 0, bytes: Array(129).fill(0) } }] }],
      text('Invalid param: DataTooLarge'),
    ],
    ['getProgramAccounts', [KEY, { withContext: 1 }], type('integer `1`', 'a boolean')],
    ['getMinimumBalanceForRentExemption', [], atLeast(1)],
    ['getMinimumBalanceForRentExemption', ['x'], type('string "x"', 'usize')],
    ['getMinimumBalanceForRentExemption', [10_485_761], { code: -32600, message: 'Invalid request' }],
    [
      'getTokenSupply',
      [KEY, { commitment: 'soon' }],
      text('Invalid params: unknown variant `soon`, expected one of `processed`, `confirmed`, `finalized`.'),
    ],
    ['getTokenAccountsByOwner', [KEY], atLeast(2)],
    ['getTokenAccountsByOwner', [KEY, KEY], type(`string "${KEY}"`, 'string or map')],
    [
      'getTokenAccountsByOwner',
      [KEY, { owner: KEY }],
      text('Invalid params: unknown variant `owner`, expected `mint` or `programId`.'),
    ],
    ['getTokenAccountsByOwner', [KEY, { mint: 'x' }], wrongSize],
    [
      'getTokenAccountsByDelegate',
      [KEY, { mint: KEY, programId: KEY }],
      text('Invalid params: invalid value: map, expected map with a single key.'),
    ],
    ['getBlock', [], atLeast(1)],
    [
      'getBlock',
      [1, 'hex'],
      text('Invalid params: data did not match any variant of untagged enum RpcEncodingConfigWrapper.'),
    ],
    [
      'getBlock',
      [1, { transactionDetails: 'some' }],
      text('Invalid params: data did not match any variant of untagged enum RpcEncodingConfigWrapper.'),
    ],
    [
      'getBlock',
      [1, { maxSupportedTransactionVersion: 256 }],
      text('Invalid params: data did not match any variant of untagged enum RpcEncodingConfigWrapper.'),
    ],
    [
      'getBlock',
      [1, { commitment: 'processed' }],
      text('Method does not support commitment below `confirmed`'),
    ],
    [
      'getBlocks',
      [1, 'x'],
      text('Invalid params: data did not match any variant of untagged enum RpcBlocksConfigWrapper.'),
    ],
    [
      'getBlocks',
      [1, 2, { commitment: 'processed' }],
      text('Method does not support commitment below `confirmed`'),
    ],
    ['getBlocksWithLimit', [1], atLeast(2)],
    ['getBlocksWithLimit', [0, 500_001], text('Limit too large; max 500000')],
    ['getTransaction', ['x'], wrongSize],
    ['getTransaction', ['0'], notBase58],
    [
      'getTransaction',
      [SIGNATURE, { commitment: 'processed' }],
      text('Method does not support commitment below `confirmed`'),
    ],
    ['getSignaturesForAddress', [KEY, { limit: 0 }], text('Invalid limit; max 1000')],
    ['getSignaturesForAddress', [KEY, { limit: 1001 }], text('Invalid limit; max 1000')],
    ['getSignaturesForAddress', [KEY, { before: 'x' }], wrongSize],
    [
      'getSignaturesForAddress',
      [KEY, { commitment: 'processed' }],
      text('Method does not support commitment below `confirmed`'),
    ],
    ['getSignatureStatuses', [SIGNATURE], type(`string "${SIGNATURE}"`, 'a sequence')],
    ['getSignatureStatuses', [Array(257).fill(SIGNATURE)], text('Too many inputs provided; max 256')],
    ['getSignatureStatuses', [[SIGNATURE], {}], type('null', 'a boolean')],
    ['getRecentPrioritizationFees', [Array(129).fill(KEY)], text('Too many inputs provided; max 128')],
    ['isBlockhashValid', ['x'], text('WrongSize')],
    ['isBlockhashValid', ['0'], text('Invalid')],
    ['getVoteAccounts', [{ votePubkey: 'x' }], wrongSize],
    ['getSupply', [{ excludeNonCirculatingAccountsList: 1 }], type('integer `1`', 'a boolean')],
    ['requestAirdrop', [KEY], atLeast(2)],
    ['requestAirdrop', [KEY, '5'], type('string "5"', 'u64')],
    ['sendTransaction', [7], type('integer `7`', 'a string')],
    [
      'sendTransaction',
      ['', { encoding: 'json' }],
      text('unsupported encoding: json. Supported encodings: base58, base64'),
    ],
    [
      'sendTransaction',
      ['', { encoding: 'hex' }],
      text(
        'Invalid params: unknown variant `hex`, expected one of `binary`, `base64`, `base58`, `json`, `jsonParsed`.',
      ),
    ],
    [
      'sendTransaction',
      ['', { preflightCommitment: 'soon' }],
      text('Invalid params: unknown variant `soon`, expected one of `processed`, `confirmed`, `finalized`.'),
    ],
    ['sendTransaction', ['', { skipPreflight: 'yes' }], type('string "yes"', 'a boolean')],
    [
      'sendTransaction',
      ['', { maxRetries: -1 }],
      text('Invalid params: invalid value: integer `-1`, expected usize.'),
    ],
    ['simulateTransaction', ['', { accounts: { addresses: KEY } }], type(`string "${KEY}"`, 'a sequence')],
    ['getFeeForMessage', [], atLeast(1)],
  ];
  it.each(params)('%s %j', async (method, given, error) => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: given });
    expect(JSON.parse(await post(net.net.url, body))).toEqual({ jsonrpc: '2.0', error, id: 1 });
  });

  it('take a commitment that nobody knows for none', async () => {
    const finalized = await net.result('getSlot');
    for (const commitment of ['soon', 'recent', 7, null]) {
      expect(await net.result('getSlot', [{ commitment }])).toBe(finalized);
    }
    expect(await net.result('getSlot', [{ commitment: 'processed' }])).not.toBe(finalized);
  });

  it('wait for no slot that is still to come', async () => {
    const slot = await net.slot('finalized');
    const error = {
      code: -32016,
      message: 'Minimum context slot has not been reached',
      data: { contextSlot: slot },
    };
    const config = { minContextSlot: slot + 1 };
    const calls: [method: string, ...params: unknown[]][] = [
      ['getSlot'],
      ['getBlockHeight'],
      ['getEpochInfo'],
      ['getTransactionCount'],
      ['getSlotLeader'],
      ['getLatestBlockhash'],
      ['isBlockhashValid', KEY],
      ['getBalance', KEY],
      ['getAccountInfo', KEY],
      ['getMultipleAccounts', [KEY]],
      ['getTokenAccountsByOwner', KEY, { programId: 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA' }],
      ['getSignaturesForAddress', KEY],
      ['getBlocks', 0],
      ['getBlocksWithLimit', 0, 1],
    ];
    for (const [method, ...given] of calls) {
      expect(await net.error(method, [...given, config]), method).toEqual(error);
    }
    expect(await net.error('getProgramAccounts', [KEY, { ...config, withContext: true }])).toEqual(error);
    // These two have no such parameter: validators do not look at it.
    expect(await net.result('getTransaction', [SIGNATURE, config])).toBeNull();
    expect(await net.result('getBlock', [0, { ...config, transactionDetails: 'none' }])).toBeTruthy();
  });
});
