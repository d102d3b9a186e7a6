import { join } from 'node:path';
import { compileSchema } from '../constraint/compile-schema.js';
import { constrain } from '../constraint/constraint.js';
import type { Completion, ModelInfo, Precision } from '../contract.js';
import { InferenceError } from '../errors.js';
import { createSample, encodeWithinContext, type GenerationJob } from '../generation/generation.js';
import { readModelFolder } from '../loading/model.js';
import { weightsIn } from '../loading/weights.js';
import { createMeter } from '../metering/meter.js';
import { type GenerationRequest, parseRequest } from '../request.js';
import { createTextTokenizer } from '../tokens/tokenizer.js';
import { vocabularyOf } from '../tokens/vocabulary.js';
import { openOnePass } from './one-pass.js';
import { isPlausible } from './plausible.js';

/** What one pass over a sequence says of it. */
export interface ScoredCompletion {
  /** The first token that a draw could not have given, and what it gives here; undefined: there is none. */
  readonly implausible?: { readonly step: number; readonly id: number; readonly drawn: number };
  /** What the tokens come to; of a sequence with an implausible token, up to it. */
  readonly text: string;
  readonly reasoningText: string;
  /** Why generation ends behind the last token; undefined where it would go on, or would have ended before. */
  readonly finishReason?: Completion['finishReason'];
  /** The logits of every step, as this machine has them. */
  readonly rows: readonly Float32Array[];
}

/** Checks sequences of known tokens against a model. */
export interface Scorer {
  readonly model: Pick<ModelInfo, 'name' | 'digest' | 'precision'>;
  /**
   * @param index which of the request's completions it is
   * @param tolerance by how much logits of other machines may lie apart from these, against the largest of a row (and 1)
   * @throws InferenceError bad_request, too_long
   */
  score(
    request: GenerationRequest,
    index: number,
    tokenIds: readonly number[],
    tolerance: number,
  ): Promise<ScoredCompletion>;
  release(): Promise<void>;
}

/**
 * Opens a text model for scoring, in this thread: runs block it.
 * @throws InferenceError bad_model, bad_request
 */
export async function openScorer(
  modelsDir: string,
  name: string,
  precision: Precision | undefined,
  threads: number,
): Promise<Scorer> {
  const folder = await readModelFolder(join(modelsDir, name), name);
  const weights = weightsIn(name, folder.weights, precision);
  const tokenizer = createTextTokenizer(folder);
  const { stopTokenIds, config } = folder;
  const compiled = new Map<string, ReturnType<typeof compileSchema>>();

  /** Of the last schema, as the completions of one request come one after the other. */
  function compile(schema: Readonly<Record<string, unknown>>): ReturnType<typeof compileSchema> {
    const text = JSON.stringify(schema);
    const known = compiled.get(text);
    compiled.clear();
    const promise =
      known ?? compileSchema(schema, vocabularyOf(folder.tokenizer, config.vocabSize), stopTokenIds);
    compiled.set(text, promise);
    return promise;
  }

  const pass = await openOnePass(weights.path, config, threads);
  const model = { tokenizer, stopTokenIds, contextTokens: config.contextTokens };

  return {
    model: { name, digest: weights.digest, precision: weights.precision },
    async score(input, index, tokenIds, tolerance) {
      const request = parseRequest(input);
      const promptIds = encodeWithinContext(model, request);
      const ids = [...promptIds, ...tokenIds.slice(0, -1)];
      if (tokenIds.some((id) => id >= config.vocabSize) || ids.length > config.contextTokens) {
        throw new InferenceError('bad_request', 'the tokens are not of this model, or too many');
      }
      const rows = await pass.rows(ids, promptIds.length - 1);
      const schema = request.jsonSchema && (await compile(request.jsonSchema));
      const answer = schema && {
        start: async () => constrain(await schema.start(), stopTokenIds.length > 0),
      };
      const job: GenerationJob = { id: 0, request, meter: createMeter(), answer, settle: () => undefined };
      let implausible: ScoredCompletion['implausible'];
      const sample = createSample(model, job, promptIds, index, (logits, drawn, uniform) => {
        const step = taken;
        const id = tokenIds[step] ?? drawn;
        if (drawn === id || isPlausible(logits, id, request, uniform, tolerance * scaleOf(rows[step])))
          return id;
        implausible = { step, id, drawn };
        return drawn;
      });
      let taken = 0;
      let ended = false;
      try {
        for (const row of rows) {
          if (ended || implausible) break;
          ended = await sample.take(row);
          taken++;
        }
        const { text, reasoningText, finishReason } = sample.result();
        const whole = ended && !implausible && taken === tokenIds.length;
        return {
          text,
          reasoningText,
          rows,
          ...(implausible && { implausible }),
          ...(whole && { finishReason }),
        };
      } finally {
        sample.close();
      }
    },
    release: () => pass.release(),
  };
}

/** What differences of a row's logits are measured against. */
function scaleOf(row: Float32Array = new Float32Array(0)): number {
  return row.reduce((most, logit) => Math.max(most, Math.abs(logit)), 1);
}
