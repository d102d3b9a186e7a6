import { expect, it } from 'vitest';

import { serve } from './support.js';

// First of all requests in this process, and through Node's own fetch, which this package must leave alone.
it('lets other libraries use fetch as they did before this package was imported', async () => {
  const { url } = await serve();
  const body = '{"pinataContent":1}';
  const response = await fetch(`${url}/pinning/pinJSONToIPFS`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', 'content-length': String(body.length) },
  });
  expect(response.status).toBe(200);
});
