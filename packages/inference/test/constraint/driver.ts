import { compileSchema } from '../../src/constraint/compile-schema.js';
import { type Constraint, constrain } from '../../src/constraint/constraint.js';
import { checkJsonSchema } from '../../src/constraint/json-schema.js';
import { uniformAt } from '../../src/sampling/random.js';

const STOP = 0;
/** Every character of ASCII, some beyond it of two to four bytes, and tokens of several characters. */
const TEXTS = [
  '',
  ...Array.from({ length: 127 }, (_, at) => String.fromCharCode(at + 1)),
  ...['é', 'ß', '\u00a0', '☃', '\u2028', '한', '\ue000', '😀'],
  ...['":', '{"', '",', '"}', '12', '0.', '.5', '-1', '00', 'ab', 'b1', '\\n', '\\"', 'a"', 'éa', 'true'],
];

/** What a schema lets a model write. */
export interface Driver {
  /** Whether the text can be written, character by character, and the model may stop behind it. */
  accepts(text: string): Promise<boolean>;
  /**
   * A text that is drawn from all that may come, rather short; undefined when it does not end.
   * @param draw a number from 0 to below 1
   */
  write(draw: () => number): Promise<string | undefined>;
}

export async function drive(schema: Readonly<Record<string, unknown>>): Promise<Driver> {
  const compiled = await compileSchema(checkJsonSchema(schema), { texts: TEXTS, kind: 'raw' }, [STOP]);

  async function using<T>(work: (constraint: Constraint) => Promise<T>): Promise<T> {
    const constraint = constrain(await compiled.start(), true);
    try {
      return await work(constraint);
    } finally {
      constraint.close();
    }
  }
  async function allowedBy(constraint: Constraint): Promise<number[]> {
    const logits = await constraint.apply(new Float32Array(TEXTS.length));
    return [...logits.keys()].filter((id) => logits[id] === 0);
  }

  return {
    accepts: (text) =>
      using(async (constraint) => {
        for (const character of text) {
          const id = TEXTS.indexOf(character);
          if (id < 0) throw new Error(`no token for ${JSON.stringify(character)}`);
          if (!(await allowedBy(constraint)).includes(id)) return false;
          constraint.accept(id);
        }
        return (await allowedBy(constraint)).includes(STOP);
      }),
    write: (draw) =>
      using(async (constraint) => {
        let text = '';
        for (let count = 0; count < 60; count++) {
          const allowed = await allowedBy(constraint);
          const ending = allowed.filter((id) => id === STOP || TEXTS[id] === '"');
          const among = ending.length > 0 && draw() < 0.3 ? ending : allowed;
          const id = among[Math.floor(draw() * among.length)] ?? STOP;
          constraint.accept(id);
          if (id === STOP) return text;
          text += TEXTS[id];
        }
        return undefined;
      }),
  };
}

/** Draws that a seed decides. */
export function drawsFrom(seed: number): () => number {
  let drawn = 0;
  return () => uniformAt(seed, drawn++);
}
