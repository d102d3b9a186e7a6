import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { connect } from './support.js';

/** Everything of a client that speaks to the chain or to the content store. */
const SERVICES = ['jobs', 'stake', 'nos', 'solana', 'ipfs', 'merkleDistributor'] as const;

describe('the functions of @nosana/kit', () => {
  it('are each called by a test in this folder', async () => {
    const names = await readdir(import.meta.dirname);
    const files = names.filter((name) => name !== 'surface.test.ts');
    const sources = await Promise.all(
      files.map((name) => readFile(`${import.meta.dirname}/${name}`, 'utf8')),
    );
    const text = sources.join('\n');
    const client = connect('http://127.0.0.1:8899', 'http://127.0.0.1:8180');
    const functions = SERVICES.flatMap((service) =>
      Object.entries(client[service]).flatMap(([name, value]) =>
        typeof value === 'function' && !name.startsWith('rpc') ? [`${service}.${name}`] : [],
      ),
    );
    expect(functions.length).toBeGreaterThan(50);
    expect(functions.filter((name) => !text.includes(`${name}(`))).toEqual([]);
  });
});
