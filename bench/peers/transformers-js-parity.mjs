/** transformers.js for comparison: what it makes of a text or an image, with all numbers. */
import {
  AutoModel,
  AutoModelForCausalLM,
  AutoModelForImageClassification,
  AutoProcessor,
  AutoTokenizer,
  env,
  LogitsProcessor,
  LogitsProcessorList,
  RawImage,
} from '@huggingface/transformers';
import { given, serve } from './serve.mjs';

env.allowRemoteModels = false;
env.localModelPath = given().modelsDir;
const options = { dtype: 'fp32', device: 'cpu' };

/** Changes nothing; keeps the logits of the first row. */
class Listener extends LogitsProcessor {
  rows = [];

  _call(_ids, logits) {
    this.rows.push(Array.from(logits[0].data));
    return logits;
  }
}

const ANSWERS = {
  async decoder({ model: name, prompt, tokens }) {
    const [tokenizer, model] = [
      await AutoTokenizer.from_pretrained(name),
      await AutoModelForCausalLM.from_pretrained(name, options),
    ];
    const inputs = tokenizer(prompt);
    const listener = new Listener();
    const logits_processor = new LogitsProcessorList();
    logits_processor.push(listener);
    const output = await model.generate({
      ...inputs,
      max_new_tokens: tokens,
      do_sample: false,
      logits_processor,
    });
    await model.dispose();
    const [ids] = output.tolist();
    return { ids: ids.slice(inputs.input_ids.dims[1]).map(Number), logits: listener.rows };
  },
  async hidden({ model: name, text }) {
    const [tokenizer, model] = [
      await AutoTokenizer.from_pretrained(name),
      await AutoModel.from_pretrained(name, options),
    ];
    const { last_hidden_state } = await model(tokenizer(text));
    await model.dispose();
    return last_hidden_state.tolist()[0];
  },
  async image({ model: name, pixels, width, height }) {
    const [processor, model] = [
      await AutoProcessor.from_pretrained(name),
      await AutoModelForImageClassification.from_pretrained(name, options),
    ];
    const image = new RawImage(Uint8ClampedArray.from(pixels), width, height, 3);
    const { logits } = await model(await processor(image));
    await model.dispose();
    return logits.tolist()[0];
  },
};

serve(({ kind, ...question }) => ANSWERS[kind](question));
