import { answerByVote, createInferenceEngine } from '@inferscan/inference';
import type { BenchOptions } from '../../benches.js';
import { rounded } from '../../report.js';
import { MODEL_DIGITS } from '../requests.js';
import { asked, type Method, measure } from './measure.js';
import { heldOutProblems } from './problems.js';

const MODEL = 'many-ways';
const TEMPERATURES = [0.2, 0.3, 0.5, 0.7, 1];
const SAMPLES = [1, 5, 15];
/** As many problems as `test-time` may take at most: it never sees these. */
const OTHERS = 1000;

/**
 * At which temperature votes of the model's samples are right most often, on held-out problems that no other figure is measured on.
 * `runs` is the number of problems.
 */
export async function benchTemperatures({
  runs,
  report,
}: Pick<BenchOptions, 'runs' | 'report'>): Promise<void> {
  const engine = await createInferenceEngine({ prefixBytes: 0 });
  try {
    const problems = heldOutProblems(MODEL_DIGITS[MODEL] ?? [1, 1], runs, OTHERS);
    const greedy: Method = (_, model, prompt) => engine.generate(asked(model, prompt, { reasoning: true }));
    const ways: [string, Method][] = [
      ['greedy', greedy],
      ...TEMPERATURES.flatMap((temperature) =>
        SAMPLES.map((samples): [string, Method] => [
          `vote_of_${samples}_at_${temperature}`,
          (_, model, prompt) =>
            answerByVote(engine, asked(model, prompt, { reasoning: true, temperature }), { samples }),
        ]),
      ),
    ];
    for (const [name, way] of ways) {
      const { right } = await measure(engine, MODEL, problems, way);
      report({ figure: `accuracy_${name}`, value: rounded((100 * right) / runs, 1), unit: '%', runs });
    }
  } finally {
    await engine.close();
  }
}
