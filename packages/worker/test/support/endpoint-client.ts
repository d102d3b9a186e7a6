import { ENDPOINT_TOKEN_SCHEMA, signEndpointToken } from '@inferscan/formats';
import { signBytes } from '@solana/kit';
import OpenAI from 'openai';

import { type TestNetwork, type TestNode, until } from './network.js';

/** OpenAI's client for the service of a job, with a token of its poster; waits until it is up. */
export async function endpointClient(
  network: TestNetwork,
  port: number,
  job: string,
  node: TestNode,
): Promise<OpenAI> {
  const url = `http://127.0.0.1:${port}`;
  await until('the endpoint', () =>
    fetch(`${url}/health`).then(
      ({ ok }) => ok,
      () => false,
    ),
  );
  const expires = Math.floor(Date.now() / 1000) + 600;
  const claims = { schema: ENDPOINT_TOKEN_SCHEMA, job, node: node.signer.address, expires } as const;
  const { privateKey } = network.poster.keyPair;
  const apiKey = await signEndpointToken(claims, (message) => signBytes(privateKey, message));
  return new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0 });
}
