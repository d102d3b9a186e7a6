import { answerByLikelihood, answerByVote, createInferenceEngine } from '@inferscan/inference';
import type { BenchOptions } from '../../benches.js';
import { rounded } from '../../report.js';
import { MODEL_DIGITS } from '../requests.js';
import { asked, type Method, measure } from './measure.js';
import { heldOutProblems } from './problems.js';

/** Temperatures of samples, as on the models' cards. */
const MODELS: ReadonlyMap<string, number> = new Map([
  ['arithmetic', 0.7],
  ['long-multiplication-small', 0.7],
  ['many-ways', 0.3],
]);
const sampled = (model: string) => ({ reasoning: true, temperature: MODELS.get(model) ?? 1 });

/** Ways to an answer, the cheapest first. */
const METHODS: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['direct', (engine, model, prompt) => engine.generate(asked(model, prompt))],
  ['reasoning', (engine, model, prompt) => engine.generate(asked(model, prompt, { reasoning: true }))],
  ...[5, 15].map((samples): [string, Method] => [
    `vote_of_${samples}`,
    (engine, model, prompt) => answerByVote(engine, asked(model, prompt, sampled(model)), { samples }),
  ]),
  ...[5, 15].map((samples): [string, Method] => [
    `best_of_${samples}`,
    (engine, model, prompt) => answerByLikelihood(engine, asked(model, prompt, sampled(model)), { samples }),
  ]),
]);

/**
 * What tokens and seconds buy: held-out problems of the largest factors that three of the project's models were trained for, one problem
 * at a time. `runs` is the number of problems.
 */
export async function benchTestTime({ runs, report }: Pick<BenchOptions, 'runs' | 'report'>): Promise<void> {
  const engine = await createInferenceEngine({ prefixBytes: 0 });
  try {
    for (const model of MODELS.keys()) {
      const problems = heldOutProblems(MODEL_DIGITS[model] ?? [1, 1], runs);
      for (const [name, method] of METHODS) {
        const { right, tokens, seconds } = await measure(engine, model, problems, method);
        const figure = (what: string) => `${what}_${name}_${model.replaceAll('-', '_')}`;
        const each = (value: number, digits: number) => rounded(value / problems.length, digits);
        report({ figure: figure('accuracy'), value: each(100 * right, 1), unit: '%', runs });
        report({ figure: figure('tokens'), value: each(tokens, 1), unit: 'tokens', runs });
        report({ figure: figure('seconds'), value: each(seconds, 4), unit: 's', runs });
      }
    }
  } finally {
    await engine.close();
  }
}
