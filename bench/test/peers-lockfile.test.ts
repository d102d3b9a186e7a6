import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';

interface Locked {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const LOCKFILE = new URL('../peers/package-lock.json', import.meta.url);

/** Where a package that one in this folder needs may lie: beside it, or with those around it. */
function* placesFor(name: string, folder: string): Generator<string> {
  for (let around = folder; ; around = around.slice(0, Math.max(0, around.lastIndexOf('/node_modules/')))) {
    yield around === '' ? `node_modules/${name}` : `${around}/node_modules/${name}`;
    if (around === '') return;
  }
}

it('names every package that another one of the peers asks for, those for other platforms too', async () => {
  // `npm ci` refuses a lockfile that lacks one, and where a registry lacked it when it was written it is left out in silence.
  const { packages } = JSON.parse(await readFile(LOCKFILE, 'utf8')) as { packages: Record<string, Locked> };
  const missing = Object.entries(packages).flatMap(([folder, { dependencies, optionalDependencies }]) =>
    Object.keys({ ...dependencies, ...optionalDependencies })
      .filter((name) => ![...placesFor(name, folder)].some((place) => place in packages))
      .map((name) => `${folder} needs ${name}`),
  );
  expect(Object.keys(packages).length).toBeGreaterThan(50);
  expect(missing).toEqual([]);
});
