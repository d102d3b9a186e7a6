import { fork } from 'node:child_process';
import { join } from 'node:path';

/** Starting includes reading a model of several hundred megabytes, on a machine that others use too. */
const PATIENCE_MS = 180_000;

/** A script that answers questions, in a process of its own: its crash is an error of the question. */
export interface PeerProcess {
  ask<A>(question: object): Promise<A>;
  close(): Promise<void>;
}

interface Waiting {
  resolve(answer: unknown): void;
  reject(error: Error): void;
}

/**
 * @param given what the script is told at its start
 * @param env what its environment has besides that of this process
 * @throws Error when it does not come up
 */
export async function startPeerProcess(
  folder: string,
  script: string,
  given: object,
  env: NodeJS.ProcessEnv = {},
): Promise<PeerProcess> {
  const child = fork(join(folder, script), [JSON.stringify(given)], {
    // Measured figures alone go to standard output.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    cwd: folder,
    env: { ...process.env, ...env },
    execArgv: [],
  });
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  const over = new Promise<void>((resolve) => {
    child.once('exit', (code, signal) => {
      const error = new Error(`${script} ended (${signal ?? `exit code ${code}`})`);
      for (const { reject } of waiting.values()) reject(error);
      waiting.clear();
      resolve();
    });
  });
  child.on('message', (message: { id: number; answer?: unknown; error?: string }) => {
    const asked = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.error === undefined) asked?.resolve(message.answer);
    else asked?.reject(new Error(`${script}: ${message.error}`));
  });

  function expect(id: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${script} is silent`)), PATIENCE_MS);
      const settle =
        <V>(then: (value: V) => void) =>
        (value: V) => {
          clearTimeout(timer);
          then(value);
        };
      waiting.set(id, { resolve: settle(resolve), reject: settle(reject) });
    });
  }

  const close = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await over;
  };
  try {
    await expect(0);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    async ask<A>(question: object) {
      if (!child.connected) throw new Error(`${script} has ended`);
      const id = ++lastId;
      const answer = expect(id);
      child.send({ id, ...question });
      // What the script answers is as its first lines say.
      return (await answer) as A;
    },
    close,
  };
}
