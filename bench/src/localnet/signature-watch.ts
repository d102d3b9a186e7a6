import { once } from 'node:events';
import { WebSocket } from 'ws';

/** A subscription that the server knows of. */
export interface WatchedSignature {
  /** Resolves to the error of the confirmed transaction, null for none; rejects when the connection ends first. */
  readonly confirmed: Promise<unknown>;
}

/** Signature subscriptions over one websocket, with as little work for this process as can be. */
export interface SignatureWatch {
  subscribe(signature: string): Promise<WatchedSignature>;
  close(): void;
}

interface Message {
  /** Of the answer to a request. */
  readonly id?: number;
  readonly result?: number;
  readonly error?: unknown;
  /** Of a notification. */
  readonly params?: {
    readonly subscription: number;
    readonly result: { readonly value: { readonly err: unknown } };
  };
}

interface Waiting<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (error: Error) => void;
}

/** Connects to the websocket side of an RPC. */
export async function openSignatureWatch(url: string): Promise<SignatureWatch> {
  const socket = new WebSocket(url);
  await once(socket, 'open');
  let lastId = 0;
  const requests = new Map<number, Waiting<WatchedSignature>>();
  const watched = new Map<number, Waiting<unknown>>();

  const answered = (id: number, { result, error }: Message): void => {
    const request = requests.get(id);
    requests.delete(id);
    if (result === undefined) {
      request?.reject(new Error(`the subscription was refused: ${JSON.stringify(error)}`));
      return;
    }
    // The subscription is known from here on: its notification may be the next message.
    const confirmed = new Promise<unknown>((resolve, reject) => watched.set(result, { resolve, reject }));
    request?.resolve({ confirmed });
  };

  socket.on('message', (data) => {
    const message = JSON.parse(String(data)) as Message;
    if (message.id !== undefined) answered(message.id, message);
    if (message.params === undefined) return;
    const { subscription, result } = message.params;
    watched.get(subscription)?.resolve(result.value.err);
    watched.delete(subscription);
  });
  socket.on('close', () => {
    const error = new Error('the websocket ended');
    for (const { reject } of [...requests.values(), ...watched.values()]) reject(error);
  });

  return {
    subscribe(signature) {
      lastId += 1;
      const id = lastId;
      const params = [signature, { commitment: 'confirmed' }];
      socket.send(JSON.stringify({ jsonrpc: '2.0', id, method: 'signatureSubscribe', params }));
      return new Promise((resolve, reject) => requests.set(id, { resolve, reject }));
    },
    close: () => socket.close(),
  };
}
