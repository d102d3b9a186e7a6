import { InferenceError } from '../errors.js';
import { PREFILL_CHUNK } from '../generation/chunks.js';
import type { Generation } from '../generation/generation.js';
import { sharingOf } from '../generation/together.js';
import { runtimeOf } from '../loading/session.js';
import { createMeter, type Meter } from '../metering/meter.js';
import type { DraftModel } from '../speculation/draft-model.js';
import { draftRuleOf } from '../speculation/request-drafter.js';
import type { ThreadControl } from './control.js';
import { failedMessage } from './failed-message.js';
import type { FromThread, GenerateMessage } from './messages.js';
import type { LoadedModel, LoadedModels } from './models.js';

export interface RunnerDeps {
  readonly models: LoadedModels;
  readonly control: ThreadControl;
  readonly threads: number;
  send(message: FromThread): void;
}

/** Takes requests into the batches of their models and runs these in turn, a step at a time. */
export interface Runner {
  submit(message: GenerateMessage): void;
  /** Heard before the next step: every step gives messages a turn. */
  cancel(id: number): void;
  /** Cancels everything and waits until nothing runs. */
  stop(): Promise<void>;
}

/** A request whose schema is not compiled or whose model is not loaded yet. */
interface Arrival {
  readonly cancelled: AbortController;
  done: Promise<void>;
}

export function createRunner({ models, control, threads, send }: RunnerDeps): Runner {
  const arriving = new Map<number, Arrival>();
  let stopping = false;
  let running: Promise<void> | undefined;

  async function take(message: GenerateMessage, { signal }: AbortController): Promise<void> {
    const { id, request, stream } = message;
    const meter = createMeter();
    const tokens = await models.encodeLong(request, signal);
    const { jsonSchema } = request;
    const answer = jsonSchema && (await models.useSchema(request.model, jsonSchema, signal));
    async function submitTo(
      model: LoadedModel,
      loadMs: number,
      draftModel?: DraftModel,
      ended: () => void = () => undefined,
    ): Promise<void> {
      meter.loaded(loadMs);
      signal.throwIfAborted();
      model.batch.submit({
        id,
        request,
        meter,
        answer,
        tokens,
        draftModel,
        onToken: stream ? (token) => send({ type: 'token', id, token }) : undefined,
        settle(outcome) {
          answer?.close();
          settle(message, model, meter, outcome, draftModel);
          ended();
        },
      });
    }
    try {
      await control.busy(async () => {
        if (control.halted()) throw cancelled();
        await (request.draft
          ? useWithDraft(request, request.draft, submitTo)
          : models.use(request.model, request.precision, submitTo));
      });
    } catch (error) {
      answer?.close();
      throw error;
    }
    wake();
  }

  /** Keeps the model that guesses, too, until the request has ended; resolves as soon as it is submitted. */
  function useWithDraft(
    { model, precision }: GenerateMessage['request'],
    draft: NonNullable<GenerateMessage['request']['draft']>,
    submitTo: (
      model: LoadedModel,
      loadMs: number,
      draft: DraftModel | undefined,
      ended: () => void,
    ) => Promise<void>,
  ): Promise<void> {
    return new Promise((submitted, failed) => {
      models
        .use(draft.model, draft.precision, async (quick, quickMs) => {
          const canForget = quick.decoder.forget !== undefined;
          await new Promise<void>((ended, refused) => {
            models
              .use(model, precision, (loaded, loadMs) =>
                submitTo(loaded, quickMs + loadMs, canForget ? quick : undefined, ended),
              )
              .then(submitted, refused);
          });
        })
        .catch(failed);
    });
  }

  function settle(
    { id, request }: GenerateMessage,
    { decoder, batch }: LoadedModel,
    meter: Meter,
    outcome: Generation | Error,
    draftModel: DraftModel | undefined,
  ): void {
    if (outcome instanceof Error) {
      fail(id, outcome);
      return;
    }
    const sharing = sharingOf(decoder.traits, request);
    const { kvRule, hindrance } = decoder.traits;
    const draftRule = decoder.verify && draftRuleOf(request, draftModel);
    const result = {
      ...outcome,
      timing: meter.timing(),
      runtime: runtimeOf({ threads, provider: decoder.provider }),
      schedule: {
        prefillChunk: PREFILL_CHUNK,
        kvRule,
        ...sharing,
        ...(!sharing.together && hindrance !== undefined && { hindrance }),
        ...(draftRule !== undefined && { draftRule }),
      },
      sharing: meter.sharing(),
    };
    send({ type: 'done', id, result, model: request.model, counts: batch.counts });
  }

  function fail(id: number, error: unknown): void {
    send(failedMessage(id, error));
  }

  function busyBatches() {
    return models
      .present()
      .map(({ batch }) => batch)
      .filter(({ busy }) => busy);
  }

  function wake(): void {
    running ??= control.busy(runAll).finally(() => {
      running = undefined;
      if (busyBatches().length > 0 && !control.halted()) wake();
    });
  }

  async function runAll(): Promise<void> {
    for (let busy = busyBatches(); busy.length > 0; busy = busyBatches()) {
      for (const batch of busy) {
        if (control.halted()) return;
        await batch.step();
      }
    }
  }

  return {
    submit(message) {
      const { id } = message;
      const arrival = { cancelled: new AbortController(), done: Promise.resolve() };
      if (stopping) arrival.cancelled.abort(cancelled());
      arriving.set(id, arrival);
      arrival.done = take(message, arrival.cancelled)
        .catch((error: unknown) => fail(id, error))
        .finally(() => void arriving.delete(id));
    },
    cancel(id) {
      arriving.get(id)?.cancelled.abort(cancelled());
      for (const { batch } of models.present()) batch.cancel(id);
    },
    async stop() {
      stopping = true;
      for (const arrival of arriving.values()) arrival.cancelled.abort(cancelled());
      for (const { batch } of models.present()) batch.cancelAll();
      // Those whose model is being loaded find out when it is there.
      await Promise.all([...arriving.values()].map(({ done }) => done));
      await running;
    },
  };
}

function cancelled(): InferenceError {
  return new InferenceError('cancelled', 'the request was cancelled');
}
