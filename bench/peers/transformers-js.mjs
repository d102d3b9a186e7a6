/** transformers.js as its users run it, on one thread: `{ prompts, tokens }` gets the tokens, and when each was there. */
import {
  AutoModelForCausalLM,
  env,
  StoppingCriteria,
  StoppingCriteriaList,
  Tensor,
} from '@huggingface/transformers';
import { given, processorMs, serve } from './serve.mjs';

const { modelsDir, model: name, dtype } = given();
env.allowRemoteModels = false;
env.localModelPath = modelsDir;
const model = await AutoModelForCausalLM.from_pretrained(name, {
  dtype,
  device: 'cpu',
  session_options: { intraOpNumThreads: 1, interOpNumThreads: 1 },
});

/** Never stops anything: it is asked after each step. */
class Clock extends StoppingCriteria {
  times = [];
  processorTimes = [];

  _call(rows) {
    this.times.push(performance.now());
    this.processorTimes.push(processorMs());
    return rows.map(() => false);
  }
}

const integers = (values, sides) => new Tensor('int64', BigInt64Array.from(values, BigInt), sides);

serve(async ({ prompts, tokens }) => {
  const sides = [prompts.length, prompts[0].length];
  const clock = new Clock();
  const stopping_criteria = new StoppingCriteriaList();
  stopping_criteria.push(clock);
  const start = performance.now();
  const output = await model.generate({
    input_ids: integers(prompts.flat(), sides),
    attention_mask: integers(prompts.flat().fill(1), sides),
    max_new_tokens: tokens,
    do_sample: false,
    stopping_criteria,
  });
  const times = clock.times.map((time) => time - start);
  const { processorTimes } = clock;
  return output.tolist().map((row) => ({ ids: row.slice(sides[1]).map(Number), times, processorTimes }));
});
