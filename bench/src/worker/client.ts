import { Agent, request as httpRequest } from 'node:http';

import { z } from 'zod';

import type { BenchRequest } from '../inference/requests.js';

/** A client of an endpoint that does no more than it must: what it costs counts as the endpoint's. */
export interface Client {
  post(body: string, onData: (text: string) => void): Promise<void>;
  close(): Promise<void>;
}

const Usage = z.object({ usage: z.object({ completion_tokens: z.number() }) });

/** @param sockets connections that are kept open */
export function createClient(url: string, token: string, sockets: number): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: sockets });
  return {
    post: (body, onData) =>
      new Promise((resolve, reject) => {
        const headers = {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
        };
        const sent = httpRequest(
          `${url}/v1/chat/completions`,
          { method: 'POST', agent, headers },
          (answer) => {
            answer.setEncoding('utf8');
            answer.on('data', onData);
            answer.on('error', reject);
            answer.on('end', () => {
              if (answer.statusCode === 200) resolve();
              else reject(new Error(`the endpoint answered ${answer.statusCode}`));
            });
          },
        );
        sent.on('error', reject);
        sent.end(body);
      }),
    close: async () => agent.destroy(),
  };
}

/** Asks for the same as `engine.generate(request)` does, streamed. */
export async function askEndpoint(
  client: Client,
  { model, prompt, reasoning, maxTokens, temperature, seed }: BenchRequest,
): Promise<{ firstMs: number; tokens: number }> {
  const body = JSON.stringify({
    model,
    messages: [{ role: 'user', content: prompt }],
    reasoning_effort: reasoning ? 'high' : 'none',
    max_completion_tokens: maxTokens,
    ...{ temperature, seed, stream: true, stream_options: { include_usage: true } },
  });
  const begun = performance.now();
  let firstMs = Number.NaN;
  let tail = '';
  await client.post(body, (text) => {
    if (Number.isNaN(firstMs)) firstMs = performance.now() - begun;
    // The last two events are the usage and the end.
    tail = (tail + text).slice(-4096);
  });
  const usage = tail.split('\n').findLast((line) => line.includes('"usage":{'));
  return {
    firstMs,
    tokens: Usage.parse(JSON.parse(usage?.slice('data: '.length) ?? '{}')).usage.completion_tokens,
  };
}
