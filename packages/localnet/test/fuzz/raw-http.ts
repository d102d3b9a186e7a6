import type { Dice } from './dice.js';
import type { Verdict } from './judge.js';
import { openRaw, type RawSocket } from './raw-socket.js';

const HEALTH = '{"jsonrpc":"2.0","id":1,"method":"getHealth"}';
const OK = '{"jsonrpc":"2.0","result":"ok","id":1}';
/** Above the limit of a body, by little and by much. */
const OVERSIZED = [1_048_577, 3_000_000, 20_000_000] as const;

const post = (headers: readonly string[], body: string, path = '/'): string =>
  [`POST ${path} HTTP/1.1`, 'Host: localhost', ...headers, '', body].join('\r\n');

/** Something to send, and the statuses of which one must come back; none when the sender does not stay for it. */
interface RawRequest {
  readonly what: string;
  readonly statuses: readonly number[];
  send(socket: RawSocket): void | Promise<void>;
}

/** Sends a request that breaks HTTP, or one that only looks as if, and judges what comes back. */
export async function fuzzHttp(dice: Dice, port: number): Promise<Verdict> {
  const request = dice.pick(KINDS)(dice);
  const socket = await openRaw(port);
  try {
    await request.send(socket);
    if (request.statuses.length === 0) {
      socket.abort();
      return null;
    }
    const answer = (await socket.wait(isWhole)).toString('latin1');
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1]);
    if (request.statuses.includes(status)) return null;
    return `${request.what} was answered with ${JSON.stringify(answer.slice(0, 300))}, not ${request.statuses.join(' or ')}`;
  } catch (error) {
    return `${request.what}: ${String(error)}`;
  } finally {
    socket.abort();
  }
}

/** Tells whether a whole answer came: its head, and as much of a body as the head announces. */
function isWhole(received: Buffer): boolean {
  const text = received.toString('latin1');
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return false;
  const length = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, end))?.[1];
  if (length !== undefined) return received.length >= end + 4 + Number(length);
  return !/\r\ntransfer-encoding: chunked/i.test(text.slice(0, end)) || text.endsWith('0\r\n\r\n');
}

const written = (what: string, text: Uint8Array | string, statuses: readonly number[]): RawRequest => ({
  what,
  statuses,
  send: (socket) => socket.write(text),
});

const KINDS: readonly ((dice: Dice) => RawRequest)[] = [
  (dice) => {
    // The parser tells at the first byte that cannot begin a method.
    const bytes = Buffer.concat([
      Buffer.of(dice.pick([0, 1, 22, 127, 128, 255])),
      dice.bytes(1 + dice.int(300)),
    ]);
    return written(`garbage ${bytes.toString('hex')}`, bytes, [400]);
  },
  (dice) => {
    const line = dice.pick([
      'POST',
      'POST /',
      'POST / HTTP/9.9',
      'POST / HTTP/1.1 x',
      'FOO / HTTP/1.1',
      'post / HTTP/1.1',
      'POST  / HTTQ/1.1',
      'PRI * HTTP/2.0',
      'GET / \u0000HTTP/1.1',
    ]);
    return written(`request line ${JSON.stringify(line)}`, `${line}\r\n\r\nSM\r\n\r\n`, [400, 505]);
  },
  (dice) => {
    const header = dice.pick([
      'no colon',
      ': no name',
      'a b: c',
      'x: a\u0000b',
      'x: a\rb',
      'Host: second',
      'Content-Length: -1',
      'Content-Length: 1e3',
      'Content-Length: 99999999999999999999999',
      'Content-Length: 5\r\nContent-Length: 6',
      'Content-Length: 5\r\nTransfer-Encoding: chunked',
      'Transfer-Encoding: chunked, gzip',
      'Transfer-Encoding: gzip',
    ]);
    // A second Host is put up with: nothing here goes by it.
    const statuses = header.startsWith('Host') ? [200, 400] : [400];
    const body = header.startsWith('Host') ? HEALTH : '';
    const length = header.startsWith('Host') ? [`Content-Length: ${HEALTH.length}`] : [];
    return written(`header ${JSON.stringify(header)}`, post([header, ...length], body), statuses);
  },
  (dice) => written('huge headers', post([`x: ${'y'.repeat(dice.pick([17_000, 70_000]))}`], ''), [431]),
  (dice) =>
    written(
      'many headers',
      post([...Array.from({ length: dice.pick([2_500, 5_000]) }, (_item, index) => `x${index}: y`)], ''),
      // What is above the limit of their count is not looked at.
      [200, 431],
    ),
  (dice) => {
    const method = dice.pick(['GET', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'TRACE', 'PROPFIND', 'OPTIONS']);
    const path = dice.pick([
      '/',
      '/faucet',
      '/nothing',
      '*',
      '/?x',
      '//',
      '/%00',
      '/../..',
      `/${'a'.repeat(5_000)}`,
    ]);
    const text = `${method} ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
    return written(`${method} ${path}`.slice(0, 60), text, method === 'OPTIONS' ? [204] : [404, 405]);
  },
  () => written('CONNECT', 'CONNECT example.com:80 HTTP/1.1\r\nHost: example.com\r\n\r\n', []),
  (dice) => {
    const length = dice.int(HEALTH.length);
    // What is left over of the body is no second request; the answer to that may come before the one to the first.
    return written('content-length too short', post([`Content-Length: ${length}`], HEALTH), [200, 400]);
  },
  (dice) => ({
    what: 'body cut off',
    statuses: [],
    send: (socket) =>
      socket.write(post([`Content-Length: ${HEALTH.length + dice.pick([1, 1_000, 1_000_000])}`], HEALTH)),
  }),
  (dice) => ({
    what: 'half-closed before the end of the body',
    statuses: [400],
    send(socket) {
      socket.write(post([`Content-Length: ${HEALTH.length + dice.pick([1, 1_000])}`], HEALTH));
      socket.end();
    },
  }),
  (dice) => {
    const chunks = dice.pick([
      'zz\r\n',
      '-1\r\n',
      'fffffffffffffffff\r\n',
      '5\r\nabcdefgh\r\n',
      '5;\u0000\r\nabcde\r\n',
    ]);
    return written(`chunks ${JSON.stringify(chunks)}`, post(['Transfer-Encoding: chunked'], chunks), [400]);
  },
  (dice) => ({
    what: 'chunks without an end',
    statuses: [],
    send: (socket) =>
      socket.write(post(['Transfer-Encoding: chunked'], `${dice.pick(['5', 'ffff', '7fffffff'])}\r\nabc`)),
  }),
  () => ({
    what: 'a right request in chunks of one byte',
    statuses: [200],
    send: (socket) =>
      socket.write(
        post(
          ['Transfer-Encoding: chunked'],
          `${[...HEALTH].map((byte) => `1\r\n${byte}\r\n`).join('')}0\r\n\r\n`,
        ),
      ),
  }),
  (dice) => {
    const length = dice.pick(OVERSIZED);
    const path = dice.pick(['/', '/faucet']);
    return {
      what: `a body of ${length} bytes`,
      statuses: [413],
      send: (socket) =>
        socket.write(post([`Content-Length: ${length}`], 'x'.repeat(Math.min(length, 2_000_000)), path)),
    };
  },
  () => ({
    what: 'chunks above the limit',
    statuses: [413],
    send: (socket) =>
      socket.write(post(['Transfer-Encoding: chunked'], `10000\r\n${'x'.repeat(65_536)}\r\n`.repeat(20))),
  }),
  (dice) => ({
    what: 'a right request byte by byte',
    statuses: [200],
    async send(socket) {
      const text = post([`Content-Length: ${HEALTH.length}`], HEALTH);
      for (let at = 0; at < text.length; ) {
        const next = at + 1 + dice.int(40);
        socket.write(text.slice(at, next));
        at = next;
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  }),
  (dice) => {
    const expectation = dice.pick(['100-continue', 'nonsense']);
    const text = post([`Content-Length: ${HEALTH.length}`, `Expect: ${expectation}`], HEALTH);
    return written(`Expect: ${expectation}`, text, expectation === 'nonsense' ? [417] : [100]);
  },
  (dice) => {
    const headers = dice.pick([
      ['Upgrade: h2c', 'Connection: Upgrade'],
      ['Upgrade: websocket', 'Connection: Upgrade'],
      ['Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Version: 13'],
      ['Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: short'],
      [
        'Upgrade: websocket',
        'Connection: Upgrade',
        'Sec-WebSocket-Version: 99',
        `Sec-WebSocket-Key: ${'A'.repeat(22)}==`,
      ],
    ]);
    const method = dice.pick(['GET', 'POST']);
    const text = [`${method} / HTTP/1.1`, 'Host: localhost', ...headers, '', ''].join('\r\n');
    return written(`handshake ${method} ${headers.join('; ')}`, text, [400, 405, 426]);
  },
  (dice) => ({
    what: 'nothing but a part of a request',
    statuses: [],
    send: (socket) =>
      socket.write(post([`Content-Length: ${HEALTH.length}`], HEALTH).slice(0, 1 + dice.int(60))),
  }),
];

/** Sends right requests without waiting for answers; all must come, in order. */
export async function pipeline(port: number, count: number): Promise<Verdict> {
  const socket = await openRaw(port);
  socket.write(post([`Content-Length: ${HEALTH.length}`], HEALTH).repeat(count));
  const answers = (received: Buffer): number => received.toString('latin1').split(OK).length - 1;
  const received = await socket.wait((bytes) => answers(bytes) >= count);
  socket.abort();
  return answers(received) === count ? null : `${count} pipelined requests got ${answers(received)} answers`;
}
