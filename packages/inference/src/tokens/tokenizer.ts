import { Template } from '@huggingface/jinja';
import { Tokenizer } from '@huggingface/tokenizers';
import { InferenceError } from '../errors.js';
import type { ModelFolder } from '../loading/model.js';
import { type ReasoningMarks, THINK_CLOSE, THINK_OPEN } from './reasoning.js';

export interface TextTokenizer {
  readonly marks: ReasoningMarks | undefined;
  /**
   * The prompt as a user message in the model's chat template, as token ids.
   * @throws InferenceError bad_request when the prompt holds control tokens or characters outside the vocabulary
   */
  encodePrompt(prompt: string, reasoning: boolean): number[];
  encode(text: string): number[];
  decode(ids: number[]): string;
}

type TokenizerFiles = Pick<ModelFolder, 'tokenizer' | 'tokenizerConfig'>;

/** @throws InferenceError bad_model when the files do not make a tokenizer or the template cannot be parsed */
export function createTextTokenizer(files: TokenizerFiles): TextTokenizer {
  const { tokenizer, template } = build(files);
  const control = files.tokenizer.added_tokens.map((token) => token.content);
  const unknown = files.tokenizerConfig.unk_token;
  const unknownId = unknown ? tokenizer.token_to_id(unknown) : undefined;
  const open = tokenizer.token_to_id(THINK_OPEN);
  const close = tokenizer.token_to_id(THINK_CLOSE);
  const encode = (text: string) => tokenizer.encode(text, { add_special_tokens: false }).ids;

  return {
    marks: open !== undefined && close !== undefined ? { open, close } : undefined,
    encode,
    decode: (ids) => (ids.length === 0 ? '' : tokenizer.decode(ids, { skip_special_tokens: true })),
    encodePrompt(prompt, reasoning) {
      const smuggled = control.find((token) => prompt.includes(token));
      if (smuggled !== undefined) {
        throw new InferenceError('bad_request', `prompt: may not contain the control token ${smuggled}`);
      }
      const text = template.render({
        messages: [{ role: 'user', content: prompt }],
        add_generation_prompt: true,
        enable_thinking: reasoning,
        bos_token: files.tokenizerConfig.bos_token ?? '',
        eos_token: files.tokenizerConfig.eos_token ?? '',
      });
      const ids = encode(text);
      if (unknownId !== undefined && ids.includes(unknownId)) {
        throw new InferenceError('bad_request', `prompt: ${unknownCharacters(prompt)} not in the vocabulary`);
      }
      return ids;
    },
  };

  function unknownCharacters(prompt: string): string {
    const bad = [...new Set(prompt)].filter((c) => unknownId !== undefined && encode(c).includes(unknownId));
    const shown = bad.slice(0, 5).map((c) => JSON.stringify(c));
    return bad.length === 0 ? 'it holds text that is' : `${shown.join(', ')}${bad.length > 5 ? ', …' : ''}:`;
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
