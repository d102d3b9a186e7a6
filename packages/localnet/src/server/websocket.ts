import type { Server } from 'node:http';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { JsonWriter } from '../encodings/json.js';
import type { Faults } from '../faults/faults.js';
import type { Log } from '../log.js';
import type { RpcContext } from '../rpc/context.js';
import { RPC_CODES } from '../rpc-error.js';
import { SUBSCRIPTION_KINDS } from '../subscriptions/kinds.js';
import { createOutbox } from '../subscriptions/outbox.js';
import { createSession, type Session } from '../subscriptions/session.js';
import { describeError, parseBody, RequestError, readRequest } from './jsonrpc.js';

const MAX_MESSAGE_BYTES = 262_144;
const MAX_CONNECTIONS = 1_000;
/** A client that leaves this much unread is cut off instead of being buffered for without end. */
const MAX_BUFFERED_BYTES = 8_388_608;
const CLOSE_TRY_AGAIN_LATER = 1013;
const CLOSE_GOING_AWAY = 1001;

/** Serves subscriptions to the websocket clients of any number of HTTP servers. */
export interface Websockets {
  attach(server: Server): void;
  /** Closes every connection. */
  close(): void;
}

export interface WebsocketDeps {
  readonly context: RpcContext;
  readonly faults: Faults;
  readonly write: JsonWriter;
  readonly log: Log;
}

/** Creates the websocket side of the RPC. */
export function createWebsockets({ context, faults, write, log }: WebsocketDeps): Websockets {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
  });
  let lastId = 0;
  const nextId = (): number => {
    lastId += 1;
    return lastId;
  };

  const serve = (socket: WebSocket): void => {
    if (sockets.clients.size > MAX_CONNECTIONS) {
      socket.close(CLOSE_TRY_AGAIN_LATER, 'too many connections');
      return;
    }
    const send = (message: object): void => {
      if (socket.readyState !== socket.OPEN) return;
      if (socket.bufferedAmount > MAX_BUFFERED_BYTES) {
        log('warn', 'dropped a websocket client that does not read', { unread: socket.bufferedAmount });
        socket.close(CLOSE_TRY_AGAIN_LATER, 'too slow: messages were left unread');
        return;
      }
      socket.send(write(message));
    };
    const outbox = createOutbox(faults, send, () => socket.terminate());
    const session = createSession({ context, kinds: SUBSCRIPTION_KINDS, nextId, send: outbox.send });
    socket.on('message', (data) => answer(session, textOf(data), send, log));
    socket.on('close', () => {
      session.close();
      outbox.close();
    });
    socket.on('error', (error) => log('warn', 'a websocket failed', { error: error.message }));
  };

  return {
    attach(server) {
      server.on('upgrade', (request, socket, head) => {
        socket.on('error', () => socket.destroy());
        sockets.handleUpgrade(request, socket, head, serve);
      });
    },
    close() {
      for (const socket of sockets.clients) {
        socket.close(CLOSE_GOING_AWAY, 'the localnet stops');
        socket.terminate();
      }
      sockets.close();
    },
  };
}

function answer(session: Session, text: string, send: (message: object) => void, log: Log): void {
  const body = parseBody(text);
  if (body === null) {
    send({ jsonrpc: '2.0', error: { code: RPC_CODES.parse, message: 'Parse error' }, id: null });
    return;
  }
  const batch: unknown[] = Array.isArray(body) ? body : [body];
  if (batch.length === 0) {
    send({ jsonrpc: '2.0', error: { code: RPC_CODES.invalidRequest, message: 'Invalid request' }, id: null });
    return;
  }
  const answers = batch.flatMap((one) => answerOne(session, one, log));
  const [first] = answers;
  // What carries no id wants no answer: clients keep their connections awake with such calls.
  if (first === undefined) return;
  send(Array.isArray(body) ? answers.map(({ reply }) => reply) : first.reply);
  for (const { afterReply } of answers) afterReply?.();
}

interface Answered {
  readonly reply: object;
  readonly afterReply?: () => void;
}

function answerOne(session: Session, body: unknown, log: Log): Answered[] {
  let id: string | number | null = null;
  try {
    const request = readRequest(body);
    if (request.id === undefined) return [];
    id = request.id;
    const { result, afterReply } = session.call(request.method, request.params);
    return [{ reply: { jsonrpc: '2.0', result, id }, afterReply }];
  } catch (error) {
    if (error instanceof RequestError) id = error.id;
    return [{ reply: { jsonrpc: '2.0', error: describeError(error, log), id } }];
  }
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return (data instanceof ArrayBuffer ? Buffer.from(data) : data).toString('utf8');
}
