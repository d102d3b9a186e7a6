import { InferenceError, type ValidRequest } from '@inferscan/inference';

/** Where a request goes: a text to go on with, or a conversation. */
export function pathOf({ raw }: ValidRequest): string {
  return raw ? 'completions' : 'chat/completions';
}

/**
 * A request as OpenAI-compatible servers take it. What only some of them know is left out where it asks for nothing.
 * @throws InferenceError bad_request for what cannot be asked for there
 */
export function bodyOf(request: ValidRequest): Record<string, unknown> {
  if (request.logprobs !== undefined) {
    throw new InferenceError('bad_request', 'logprobs: the engine behind this node does not number tokens');
  }
  const { prompt = '', messages = [{ role: 'user', content: prompt }], logitBias, stop } = request;
  return {
    model: request.model,
    ...(request.raw ? { prompt } : { messages }),
    // The older name, which all of them know.
    max_tokens: request.maxTokens,
    temperature: request.temperature,
    top_p: request.topP,
    seed: request.seed,
    stream: true,
    stream_options: { include_usage: true },
    ...(request.n > 1 && { n: request.n }),
    ...(request.frequencyPenalty !== 0 && { frequency_penalty: request.frequencyPenalty }),
    ...(request.presencePenalty !== 0 && { presence_penalty: request.presencePenalty }),
    ...(stop.length > 0 && { stop }),
    ...(Object.keys(logitBias).length > 0 && { logit_bias: logitBias }),
    ...(request.reasoning && { reasoning_effort: 'high' }),
    ...(request.topK > 0 && { top_k: request.topK }),
    ...(request.minP > 0 && { min_p: request.minP }),
    ...(request.repetitionPenalty !== 1 && { repetition_penalty: request.repetitionPenalty }),
    ...(request.jsonSchema !== undefined && {
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'answer', strict: true, schema: request.jsonSchema },
      },
    }),
  };
}
