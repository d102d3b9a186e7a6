import { Template } from '@huggingface/jinja';
import { Tokenizer } from '@huggingface/tokenizers';
import { InferenceError } from '../errors.js';
import type { ModelFolder } from '../loading/model.js';
import type { ChatMessage } from '../request.js';
import type { Prompt } from './encode-thread-messages.js';
import { type ReasoningMarks, THINK_CLOSE, THINK_OPEN } from './reasoning.js';
import { tokenBytes } from './token-bytes.js';
import { vocabularyOf } from './vocabulary.js';

export interface TextTokenizer {
  readonly marks: ReasoningMarks | undefined;
  /**
   * The prompt as a user message in the model's chat template, as token ids.
   * @throws InferenceError bad_request when the prompt holds control tokens or characters outside the vocabulary
   */
  encodePrompt(prompt: string, reasoning: boolean): number[];
  /** A conversation in the model's chat template; throws as encodePrompt. */
  encodeMessages(messages: readonly ChatMessage[], reasoning: boolean): number[];
  /** A text to go on with: no template, only the token that texts of this model begin with. Throws as encodePrompt. */
  encodeRaw(prompt: string): number[];
  encode(text: string): number[];
  /** The tokens of a text that the answer may repeat; what is not in the vocabulary is left out. */
  encodePrediction(text: string): number[];
  /** The bytes that a token stands for; none for control tokens. */
  bytesOf(id: number): readonly number[];
  decode(ids: number[]): string;
}

export type TokenizerFiles = Pick<ModelFolder, 'tokenizer' | 'tokenizerConfig' | 'config'>;

/**
 * What a request asks to go on with, as token ids.
 * @throws InferenceError bad_request
 */
export function encodePromptOf(
  tokenizer: TextTokenizer,
  { prompt = '', messages, raw, reasoning }: Prompt,
): number[] {
  if (messages !== undefined) return tokenizer.encodeMessages(messages, reasoning);
  return raw ? tokenizer.encodeRaw(prompt) : tokenizer.encodePrompt(prompt, reasoning);
}

/** What a request has as tokens. */
export interface RequestTokens {
  readonly promptIds: readonly number[];
  /** Empty where it foretells nothing. */
  readonly predictionIds: readonly number[];
}

/** @throws InferenceError bad_request */
export function encodeRequest(tokenizer: TextTokenizer, asked: Prompt): RequestTokens {
  const { prediction } = asked;
  return {
    promptIds: encodePromptOf(tokenizer, asked),
    predictionIds: prediction === undefined ? [] : tokenizer.encodePrediction(prediction),
  };
}

/** @throws InferenceError bad_model when the files do not make a tokenizer or the template cannot be parsed */
export function createTextTokenizer(files: TokenizerFiles): TextTokenizer {
  const { tokenizer, template } = build(files);
  const control = files.tokenizer.added_tokens.map((token) => token.content);
  const unknown = files.tokenizerConfig.unk_token;
  const unknownId = unknown ? tokenizer.token_to_id(unknown) : undefined;
  const open = tokenizer.token_to_id(THINK_OPEN);
  const close = tokenizer.token_to_id(THINK_CLOSE);
  const bos = files.tokenizerConfig.bos_token ?? '';
  let vocabulary: ReturnType<typeof vocabularyOf> | undefined;
  /** The library gives no id for what is unknown where the tokenizer has no token for that. */
  const encode = (text: string): readonly (number | undefined)[] =>
    ofFiles(() => tokenizer.encode(text, { add_special_tokens: false }).ids);
  const isUnknown = (id: number | undefined) => id === undefined || id === unknownId;

  return {
    marks: open !== undefined && close !== undefined ? { open, close } : undefined,
    encode: (text) => ofVocabulary(encode(text), text, 'text'),
    encodePrediction: (text) =>
      encode(text).filter(
        (id): id is number => id !== undefined && !isUnknown(id) && id < files.config.vocabSize,
      ),
    decode: (ids) =>
      ids.length === 0 ? '' : ofFiles(() => tokenizer.decode(ids, { skip_special_tokens: true })),
    bytesOf(id) {
      vocabulary ??= vocabularyOf(files.tokenizer, files.config.vocabSize);
      return tokenBytes(vocabulary, id);
    },
    encodePrompt(prompt, reasoning) {
      refuseControl(prompt, 'prompt');
      return known(render([{ role: 'user', content: prompt }], reasoning, 'prompt'), prompt, 'prompt');
    },
    encodeMessages(messages, reasoning) {
      for (const [index, { content }] of messages.entries()) {
        refuseControl(content, `messages.${index}.content`);
      }
      return known(
        render(messages, reasoning, 'messages'),
        messages.map(({ content }) => content).join(''),
        'messages',
      );
    },
    encodeRaw(prompt) {
      refuseControl(prompt, 'prompt');
      return known((beginsWithBos() ? bos : '') + prompt, prompt, 'prompt');
    },
  };

  /** Templates refuse what they do not know, such as turns of the system; some refuse everything. */
  function render(messages: readonly ChatMessage[], reasoning: boolean, path: string): string {
    try {
      return template.render({
        messages,
        add_generation_prompt: true,
        enable_thinking: reasoning,
        bos_token: bos,
        eos_token: files.tokenizerConfig.eos_token ?? '',
      });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new InferenceError(
        'bad_request',
        `${path}: the model's chat template does not take it (${reason})`,
      );
    }
  }

  /** Whether the model was trained on texts with its first token in front, as its template tells. */
  function beginsWithBos(): boolean {
    return bos !== '' && render([{ role: 'user', content: '1' }], false, 'prompt').startsWith(bos);
  }

  function refuseControl(text: string, path: string): void {
    const smuggled = control.find((token) => text.includes(token));
    if (smuggled === undefined) return;
    throw new InferenceError('bad_request', `${path}: may not contain the control token ${smuggled}`);
  }

  /** @param said what of the text came with the request */
  function known(text: string, said: string, path: string): number[] {
    const ids = encode(text);
    if (ids.some(isUnknown)) throw unknownText(said, path);
    return ofVocabulary(ids, said, path);
  }

  /** Ids of which every one has a row in the model's embeddings. */
  function ofVocabulary(ids: readonly (number | undefined)[], said: string, path: string): number[] {
    const { vocabSize } = files.config;
    return ids.map((id) => {
      if (id === undefined) throw unknownText(said, path);
      if (Number.isInteger(id) && id >= 0 && id < vocabSize) return id;
      throw new InferenceError(
        'bad_model',
        `tokenizer.json: it gives token ${id}, the model has ${vocabSize}`,
      );
    });
  }

  function unknownText(said: string, path: string): InferenceError {
    return new InferenceError('bad_request', `${path}: ${unknownCharacters(said)} not in the vocabulary`);
  }

  function unknownCharacters(prompt: string): string {
    const bad = [...new Set(prompt)].filter((c) => encode(c).some(isUnknown));
    const shown = bad.slice(0, 5).map((c) => JSON.stringify(c));
    return bad.length === 0 ? 'it holds text that is' : `${shown.join(', ')}${bad.length > 5 ? ', …' : ''}:`;
  }
}

/** The library finds some faults of a tokenizer's files only when it uses them. */
function ofFiles<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InferenceError('bad_model', `tokenizer.json: it cannot be used (${reason})`);
  }
}

function build(files: TokenizerFiles): { tokenizer: Tokenizer; template: Template } {
  try {
    return {
      tokenizer: new Tokenizer(files.tokenizer, files.tokenizerConfig),
      template: new Template(files.tokenizerConfig.chat_template),
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InferenceError('bad_model', `tokenizer files: ${reason}`);
  }
}
