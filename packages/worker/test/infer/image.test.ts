import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const dockerfile = readFileSync(`${ROOT}packages/worker/Dockerfile`, 'utf8');
const instructions = dockerfile
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => line.split(' '));

it('the image is made of what is there, holds every package that the worker needs, and does not run as root', () => {
  const copied = instructions.flatMap(([name, ...words]) => {
    if (name !== 'COPY') return [];
    return words.filter((word) => !word.startsWith('--')).slice(0, -1);
  });
  expect(copied.length).toBeGreaterThan(10);
  for (const path of copied) expect(existsSync(ROOT + path.replace(/^\/src\//, '')), path).toBe(true);

  const final = dockerfile.slice(dockerfile.lastIndexOf('FROM '));
  const needs = (folder: string): string[] => {
    const { dependencies = {} } = JSON.parse(readFileSync(`${ROOT}packages/${folder}/package.json`, 'utf8'));
    const own = Object.keys(dependencies)
      .filter((name) => name.startsWith('@inferscan/'))
      .map((name) => name.replace('@inferscan/', ''));
    return [folder, ...own.flatMap(needs)];
  };
  for (const folder of needs('worker')) expect(final).toContain(`packages/${folder} packages/${folder}\n`);
  const all = new Set(
    readFileSync(`${ROOT}package.json`, 'utf8').match(/"(programs|packages|apps|bench)(\/\*)?"/g),
  );
  for (const workspace of all) expect(dockerfile).toContain(`COPY ${workspace.replaceAll(/["/*]/g, '')} `);

  expect(final).toMatch(/^USER node$/m);
  const entry = /ENTRYPOINT (.*)/.exec(final)?.[1] ?? '[]';
  const [node, file] = JSON.parse(entry) as string[];
  expect(node).toBe('node');
  expect(existsSync(ROOT + String(file).replace('/app/', ''))).toBe(true);
});
