import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InferenceError } from '../src/errors.js';
import { loadDecoder } from '../src/generation/load-decoder.js';
import { createInferenceEngine } from '../src/index.js';
import { readModelsDirectory } from '../src/loading/directory.js';
import { ARITHMETIC_DIR, arithmeticFolder, ON_CPU } from './support.js';

let models: string;
let model: string;
beforeEach(async () => {
  models = await mkdtemp(join(tmpdir(), 'inferscan-models-'));
  model = join(models, 'copy');
  await cp(ARITHMETIC_DIR, model, { recursive: true });
});
afterEach(() => rm(models, { recursive: true, force: true }));

async function rewrite(file: string, change: (value: Record<string, unknown>) => unknown): Promise<void> {
  const path = join(model, file);
  await writeFile(path, JSON.stringify(change(JSON.parse(await readFile(path, 'utf8')))));
}

/** The message of the bad_model error that reading the folder ends with. */
async function refusal(): Promise<string> {
  const error = await readModelsDirectory(models).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(InferenceError);
  return error instanceof InferenceError ? `${error.code} ${error.message}` : '';
}

describe('a models folder', () => {
  it('gives every subfolder that is a model, and nothing else', async () => {
    await mkdir(join(models, 'notes'));
    await writeFile(join(models, 'README.md'), 'not a model');
    const found = await readModelsDirectory(models);
    expect([...found.text.keys(), ...found.tasks.keys()]).toEqual(['copy']);
    expect(found.text.get('copy')?.info).toEqual({ ...(await arithmeticFolder()).info, name: 'copy' });
  });

  it('that is not there is refused', async () => {
    await rm(models, { recursive: true });
    expect(await refusal()).toMatch(/bad_model models folder .* cannot be listed/);
  });
});

describe('a model folder is refused, naming file and field,', () => {
  it('without weights', async () => {
    await rm(join(model, 'onnx'), { recursive: true });
    expect(await refusal()).toMatch(/bad_model .*model\.onnx: cannot be read/);
  });

  it('without a tokenizer', async () => {
    await rm(join(model, 'tokenizer.json'));
    expect(await refusal()).toMatch(/bad_model .*tokenizer\.json: cannot be read/);
  });

  it('with another architecture', async () => {
    await rewrite('config.json', (config) => ({ ...config, model_type: 'mamba' }));
    expect(await refusal()).toMatch(/bad_model .*config\.json: model_type: .*"llama"/);
  });

  it('with sizes that are no sizes', async () => {
    await rewrite('config.json', (config) => ({ ...config, vocab_size: -3, num_hidden_layers: '4' }));
    expect(await refusal()).toMatch(/num_hidden_layers: .*vocab_size: /);
  });

  it('with a file that is not JSON', async () => {
    await writeFile(join(model, 'tokenizer_config.json'), '{"chat_template": ');
    expect(await refusal()).toMatch(/tokenizer_config\.json: not valid JSON/);
  });

  it('without a chat template', async () => {
    await rewrite('tokenizer_config.json', ({ chat_template: _, ...rest }) => rest);
    expect(await refusal()).toMatch(/tokenizer_config\.json: chat_template: /);
  });
});

describe('weights are refused', () => {
  it('when the runtime cannot read them', async () => {
    const path = join(model, 'onnx', 'model.onnx');
    await writeFile(path, 'this is no graph');
    const { config } = await arithmeticFolder();
    await expect(loadDecoder(path, config, ON_CPU)).rejects.toMatchObject({ code: 'bad_model' });
  });

  it('when the graph has another number of layers than the config says', async () => {
    const { config, onnxPath } = await arithmeticFolder();
    const more = loadDecoder(onnxPath, { ...config, layers: 5 }, ON_CPU);
    await expect(more).rejects.toThrow('lacks inputs past_key_values.4.key, past_key_values.4.value');
    const fewer = loadDecoder(onnxPath, { ...config, layers: 3 }, ON_CPU);
    await expect(fewer).rejects.toThrow('has unknown inputs past_key_values.3.key, past_key_values.3.value');
  });

  it('when the logits have another width than the vocabulary', async () => {
    const { config, onnxPath } = await arithmeticFolder();
    const loading = loadDecoder(onnxPath, { ...config, vocabSize: 20 }, ON_CPU);
    await expect(loading).rejects.toThrow('logits have shape [1, 1, 19]');
  });
});

describe('createInferenceEngine', () => {
  it("serves the repository's own models by default", async () => {
    const engine = await createInferenceEngine();
    expect(engine.models().map((info) => info.name)).toContain('arithmetic');
    await engine.close();
  });

  it('refuses wrong options by name', async () => {
    await expect(createInferenceEngine({ threads: 0 })).rejects.toThrow(/threads/);
  });
});
