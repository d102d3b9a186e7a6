import { z } from 'zod';
import { readModelJson } from '../loading/files.js';
import { uniformAt } from '../sampling/random.js';
import type { ModelTask } from '../tasks/contract.js';
import { labelsSchema } from '../tasks/labels.js';

const SEED = 1;
const SIDE = 32;
const TEXTS = ['a market for graphics cards, open to everybody', 'nobody waits in this queue', 'dear'];

const paintedSchema = z.looseObject({ id2label: labelsSchema });
const observedSchema = z.looseObject({ observation_shape: z.array(z.int().min(1)).min(1) });

/** Inputs that every model of a task takes, the same each time. */
export async function taskInputs(directory: string, task: ModelTask): Promise<unknown> {
  if (task === 'image-classification') return { images: [noise(0), noise(1)] };
  if (task === 'image-generation') {
    const { id2label } = await readModelJson(directory, 'config.json', paintedSchema);
    return { labels: id2label.slice(0, 2), steps: 8 };
  }
  if (task === 'action') {
    const { observation_shape } = await readModelJson(directory, 'config.json', observedSchema);
    const count = observation_shape.reduce((product, size) => product * size, 1);
    const observation = (place: number) => ({
      values: Array.from({ length: count }, (_, i) => uniformAt(SEED, place * count + i)),
    });
    return { observations: [observation(0), observation(1), observation(2)] };
  }
  return { texts: TEXTS };
}

function noise(place: number) {
  const channels = 3;
  const count = SIDE * SIDE * channels;
  const pixels = Uint8Array.from({ length: count }, (_, i) => 256 * uniformAt(SEED, place * count + i));
  return { width: SIDE, height: SIDE, channels, pixels };
}
