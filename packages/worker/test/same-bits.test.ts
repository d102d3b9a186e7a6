import {
  type InferenceSpec,
  InputCommitment,
  inferenceDefinition,
  plainLines,
  RESULT_SERVICE,
  Receipt2,
  resultLine,
  ServiceReceipt,
  seedOfInput,
  TextGenerationOutput,
  verifyReceipt,
  verifyServiceReceipt,
} from '@inferscan/formats';
import { DEFAULT_MODELS_DIR, readCommitment } from '@inferscan/inference';
import { expect, it } from 'vitest';

import { receiptsIn } from '../src/replay/document.js';
import { replay } from '../src/replay/replay.js';
import { endpointClient } from './support/endpoint-client.js';
import { runCommand } from './support/node-process.js';
import { freePort, runningNodes } from './support/running-nodes.js';

const { network, engine, start, queued, resultOf } = await runningNodes();

const inputs = ['384*57', '705*39', '12*34'];

/** Results by name, as a flow state has them, from what a container printed. */
function printed(lines: readonly string[]): Record<string, string[]> {
  const results: Record<string, string[]> = {};
  for (const line of lines) {
    const [name = '', ...words] = line.slice(1).split(' ');
    const text = words.join(' ');
    if (line !== resultLine(name, text)) continue;
    results[name] = [...(results[name] ?? []), text];
  }
  return results;
}

/** The largest logits that commitments hold; the digests beside them differ from node to node, as their salts do. */
const logitsOf = (commitments: readonly string[]) =>
  commitments.flatMap((text) =>
    InputCommitment.parse(JSON.parse(text)).map((one) => readCommitment(one)?.map(({ top }) => top)),
  );

async function verdictOf(spec: InferenceSpec, results: Record<string, string[]>) {
  const [op] = receiptsIn({ opStates: [{ operationId: 'inference', results }] });
  if (!op) throw new Error('there is no receipt');
  const asked = { spec, inputs };
  const deps = { engine, modelsDir: DEFAULT_MODELS_DIR, threads: 1, expected: {}, asked, full: true };
  return (await replay(op, deps, new AbortController().signal)).verdict;
}

it.each([
  ['greedy', {}],
  ['drawn with a seed', { temperature: 1.1, seed: 7 }],
])('by infer, by a node and through its endpoint, a job has the same bits: %s', async (_, sampling) => {
  const spec = {
    model: 'arithmetic',
    task: 'text-generation',
    inputs,
    params: { reasoning: true, max_tokens: 60, logprobs: 2, ...sampling },
  } satisfies InferenceSpec;
  const port = await freePort();
  const node = await network.createNode();
  await start(node, { servicePlace: { port } });
  await queued(node);

  // By the node, as a job.
  const { flow } = await resultOf(await network.post(inferenceDefinition(spec)));
  const byNode = Object.fromEntries(
    Object.entries(flow.opStates?.[0]?.results ?? {}).map(([name, texts]) => [name, [texts].flat()]),
  );
  const outputs = (byNode.outputs ?? []).map((text) => TextGenerationOutput.parse(JSON.parse(text)));
  expect(outputs).toHaveLength(inputs.length);

  // By infer, with another key.
  const command = runCommand(network, ['infer', JSON.stringify(spec)]);
  expect(await command.ended).toMatchObject({ code: 0 });
  const byInfer = printed(command.lines.map(({ msg }) => msg));
  expect(byInfer.outputs).toEqual(byNode.outputs);
  expect(command.lines.slice(0, inputs.length).map(({ msg }) => msg)).toEqual(
    outputs.map(({ text }) => plainLines(text)),
  );
  expect(logitsOf(byInfer.commitments ?? [])).toEqual(logitsOf(byNode.commitments ?? []));
  expect(logitsOf(byNode.commitments ?? []).every((rows) => rows && rows.length > 0)).toBe(true);
  expect(byInfer.commitments).not.toEqual(byNode.commitments);

  // Both receipts hold, and agree in everything that decides bits.
  const [node2, infer2] = [byNode, byInfer].map(({ receipt = [] }) => {
    const json = JSON.parse(receipt[0] ?? '');
    expect(verifyReceipt(json)).toBe(true);
    return Receipt2.parse(json);
  });
  const deciding = (receipt: Receipt2 | undefined) => ({
    output: receipt?.output_digest,
    model: receipt?.model,
    precision: receipt?.precision,
    kernels: receipt?.kernel_class,
    schedule: receipt?.schedule,
    sampling: receipt?.sampling,
    seed: receipt?.seed,
  });
  expect(deciding(infer2)).toEqual(deciding(node2));
  expect(await verdictOf(spec, byNode)).toBe('verified');
  expect(await verdictOf(spec, byInfer)).toBe('verified');

  // Through the endpoint, input by input.
  await queued(node);
  const service = { model: spec.model, task: spec.task, serve: { port: 8080 } };
  const posted = await network.post(inferenceDefinition(service), 600n);
  const openai = await endpointClient(network, port, posted.job, node);
  let completion = 0;
  for (const [index, content] of inputs.entries()) {
    const { temperature = 0, seed = 0 } = sampling as { temperature?: number; seed?: number };
    const answer = await openai.chat.completions.create({
      model: spec.model,
      messages: [{ role: 'user', content }],
      reasoning_effort: 'high',
      max_completion_tokens: 60,
      temperature,
      seed: seedOfInput(seed, index),
      logprobs: true,
      top_logprobs: 2,
    });
    const said = outputs[index];
    expect(answer.choices[0]?.message).toMatchObject({
      content: said?.text,
      reasoning_content: said?.reasoning,
    });
    expect(answer.choices[0]?.finish_reason).toBe(said?.finish_reason);
    // Log-probabilities to the last bit; control tokens are no part of a chat's.
    const heard = answer.choices[0]?.logprobs?.content?.map(({ logprob }) => logprob) ?? [];
    expect(heard.length).toBeGreaterThan(0);
    const all = (said?.logprobs ?? []).map(({ logprob }) => logprob);
    let at = -1;
    for (const logprob of heard) {
      at = all.indexOf(logprob, at + 1);
      expect(at).toBeGreaterThanOrEqual(0);
    }
    expect(answer).toMatchObject({
      usage: { completion_tokens: said?.tokens?.completion },
      inferscan: { model_digest: node2?.model.digest, precision: node2?.precision },
    });
    completion += answer.usage?.completion_tokens ?? 0;
  }
  await network.end(posted.job, posted.run, node.signer.address);
  const ended = await resultOf(posted);
  const [receipt = ''] = [ended.flow.opStates?.[0]?.results?.[RESULT_SERVICE] ?? []].flat();
  const served = ServiceReceipt.parse(JSON.parse(receipt));
  expect(verifyServiceReceipt(served)).toBe(true);
  expect(served).toMatchObject({ model: { digest: node2?.model.digest }, tokens: { completion } });
});
