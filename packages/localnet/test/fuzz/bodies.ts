import { RPC_CODES } from '../../src/rpc-error.js';
import { FUZZED_METHODS, type FuzzCall, rpcCall, subscriptionCall } from './calls.js';
import { controlCall } from './control-calls.js';
import type { Dice } from './dice.js';
import { breakText, mutate, nested, toJson } from './json.js';
import type { Asked } from './judge.js';
import type { World } from './world.js';

/** The body of a POST to the RPC, and how its answer is judged. */
export interface FuzzBody {
  readonly bytes: Buffer;
  /** A list for a batch; empty when nothing in it gets an answer. */
  readonly asked: readonly Asked[] | Asked;
  /** JSON-RPC requests in it. */
  readonly requests: number;
}

const PARSE_ERROR: Asked = { id: null, expect: { code: RPC_CODES.parse }, call: null };
/** JSON that is neither a request nor a batch of them. */
const NO_REQUEST = PARSE_ERROR;
const INVALID_REQUEST: Asked = { id: null, expect: { code: RPC_CODES.invalidRequest }, call: null };

let lastId = 0;

/** A body of one request or a batch of them. */
export function fuzzBody(dice: Dice, world: World): FuzzBody {
  if (dice.oneIn(60)) {
    return {
      bytes: Buffer.from(dice.pick(['null', '1', '"x"', 'true', '1e999'])),
      asked: NO_REQUEST,
      requests: 1,
    };
  }
  if (dice.oneIn(8)) return brokenBody(dice, world);
  if (dice.oneIn(4)) return batchBody(dice, world);
  const { json, asked } = fuzzRequest(dice, world);
  return { bytes: Buffer.from(json), asked: asked ?? [], requests: 1 };
}

function brokenBody(dice: Dice, world: World): FuzzBody {
  if (dice.oneIn(10)) {
    // Nested deeper than validators read: for them that is no JSON.
    const params = [nested(dice, dice.pick([126, 127, 1_000, 50_000, 100_000]))];
    const bytes = Buffer.from(toJson({ jsonrpc: '2.0', id: 1, method: dice.pick(FUZZED_METHODS), params }));
    return { bytes, asked: PARSE_ERROR, requests: 1 };
  }
  const bytes = breakText(dice, fuzzRequest(dice, world).json);
  try {
    // Whatever is still JSON asks for something else now: it must be answered, but with what is open.
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return { bytes: Buffer.from(`[${JSON.stringify(value)},`), asked: PARSE_ERROR, requests: 1 };
  } catch {
    return { bytes, asked: PARSE_ERROR, requests: 1 };
  }
}

function batchBody(dice: Dice, world: World): FuzzBody {
  const count = dice.pick([0, 1, 2, 5, 20, 40, 100, 101]);
  const requests = Array.from({ length: count }, () => fuzzRequest(dice, world));
  const bytes = Buffer.from(`[${requests.map(({ json }) => json).join(',')}]`);
  if (count === 0 || count > 100) return { bytes, asked: INVALID_REQUEST, requests: 1 };
  return { bytes, asked: requests.flatMap(({ asked }) => asked ?? []), requests: count };
}

/** One request, `asked` null when it is a notification. */
function fuzzRequest(dice: Dice, world: World): { json: string; asked: Asked | null } {
  if (dice.oneIn(10)) return wrongEnvelope(dice);
  const call = fuzzCall(dice, world);
  return envelope(dice, call);
}

/** A call of any method, right or not. */
function fuzzCall(dice: Dice, world: World): FuzzCall {
  const call = dice.oneIn(12) ? controlCall(dice, world) : rpcCall(dice, world);
  return damageCall(dice, call);
}

/** A subscription call for a websocket, right or not. */
export function fuzzSubscription(dice: Dice, world: World): FuzzCall {
  return damageCall(dice, dice.oneIn(10) ? rpcCall(dice, world) : subscriptionCall(dice, world));
}

function damageCall(dice: Dice, call: FuzzCall): FuzzCall {
  if (dice.oneIn(2)) return call;
  let params: unknown = call.params;
  for (let count = 1 + dice.int(2); count > 0; count -= 1) params = mutate(dice, params);
  return { method: call.method, params: Array.isArray(params) ? params : [params] };
}

/** Wraps a call; a notification, which has no id, in one of twenty cases. */
function envelope(dice: Dice, call: FuzzCall): { json: string; asked: Asked | null } {
  lastId += 1;
  const id = dice.pick([lastId, lastId, `${lastId}`, null, `"${lastId}\\`]);
  const request = { jsonrpc: '2.0', id, method: call.method, params: call.params };
  if (dice.oneIn(20)) {
    const { id: _id, ...notification } = request;
    return { json: toJson(notification), asked: null };
  }
  return { json: toJson(request), asked: { id, expect: 'answer', call } };
}

/** Something that is JSON but no JSON-RPC request, or that asks for a method that does not exist. */
function wrongEnvelope(dice: Dice): { json: string; asked: Asked } {
  lastId += 1;
  const id = lastId;
  const method = dice.pick([
    'getNothing',
    '',
    'constructor',
    '__proto__',
    'GETSLOT',
    'getSlot ',
    'accountSubscribe',
  ]);
  const known: Asked = { ...INVALID_REQUEST, id };
  switch (dice.int(5)) {
    case 0:
      return {
        json: toJson(dice.pick([{}, { jsonrpc: '2.0' }, { jsonrpc: '2.0', params: [] }])),
        asked: INVALID_REQUEST,
      };
    case 1:
      return {
        json: toJson({ jsonrpc: '2.0', id, method: dice.pick([null, 5, {}, ['getSlot'], true]) }),
        asked: known,
      };
    case 2:
      return {
        json: toJson({
          jsonrpc: '2.0',
          id: dice.pick([{}, [], [id], true, -id, id + 0.5]),
          method: 'getSlot',
        }),
        asked: INVALID_REQUEST,
      };
    case 3: {
      const spoilt = dice.pick([
        { params: 'x' },
        { params: 5 },
        { jsonrpc: '1.0' },
        { jsonrpc: 2 },
        { more: 1 },
      ]);
      return { json: toJson({ jsonrpc: '2.0', id, method: 'getSlot', ...spoilt }), asked: known };
    }
    default:
      return {
        json: toJson({ jsonrpc: '2.0', id, method, params: [] }),
        asked: { id, expect: { code: RPC_CODES.methodNotFound }, call: { method, params: [] } },
      };
  }
}
