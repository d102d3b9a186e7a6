import { once } from 'node:events';
import { WebSocket } from 'ws';

/** The debugging interface of a Node process. */
export interface Inspector {
  /** Collects all garbage and returns the bytes of the JavaScript heap that are in use after it. */
  collectGarbage(): Promise<number>;
  close(): void;
}

/** Connects to a process that was started with --inspect. */
export async function connectInspector(url: string): Promise<Inspector> {
  const socket = new WebSocket(url);
  await once(socket, 'open');
  const waiting = new Map<number, (answer: { result: Record<string, unknown> }) => void>();
  let lastId = 0;
  socket.on('message', (data) => {
    const answer = JSON.parse(String(data)) as { id: number; result: Record<string, unknown> };
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  });
  const call = (method: string): Promise<{ result: Record<string, unknown> }> => {
    lastId += 1;
    const id = lastId;
    return new Promise((resolve) => {
      waiting.set(id, resolve);
      socket.send(JSON.stringify({ id, method }));
    });
  };
  return {
    async collectGarbage() {
      await call('HeapProfiler.collectGarbage');
      const { result } = await call('Runtime.getHeapUsage');
      return Number(result.usedSize);
    },
    close: () => socket.terminate(),
  };
}
