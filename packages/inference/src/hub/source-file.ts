import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** In the folder of a model that was fetched: where its files come from, and what they are. */
export const SOURCE_FILE = 'inferscan-source.json';

export async function writeSource(directory: string, source: object): Promise<void> {
  const place = join(directory, SOURCE_FILE);
  try {
    await writeFile(`${place}.partial`, `${JSON.stringify(source, null, 2)}\n`);
    await rename(`${place}.partial`, place);
  } finally {
    await rm(`${place}.partial`, { force: true });
  }
}
