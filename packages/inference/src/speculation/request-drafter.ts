import type { ValidRequest } from '../request.js';
import type { RequestTokens } from '../tokens/tokenizer.js';
import { createDraftModel, type DraftModel } from './draft-model.js';
import type { Drafter } from './drafter.js';
import { createPromptLookup } from './prompt-lookup.js';

/**
 * What a request has its tokens guessed by: a look-up, then, where that finds nothing, a model. Undefined where it asks for nothing.
 * @param tokens its prompt, and what it foretells
 * @param model the one that it names
 */
export function createDrafter(
  { promptLookupTokens, draft }: Pick<ValidRequest, 'promptLookupTokens' | 'draft'>,
  { promptIds, predictionIds }: RequestTokens,
  model: DraftModel | undefined,
): Drafter | undefined {
  // The end of the prompt once more, so that the answer's first tokens are found where the prediction begins.
  const text =
    predictionIds.length === 0 ? promptIds : [...promptIds.slice(-2), ...predictionIds, ...promptIds];
  const lookup = promptLookupTokens > 0 ? createPromptLookup(text, promptLookupTokens) : undefined;
  const writer = draft && model && createDraftModel(model, promptIds, draft.tokens);
  if (!lookup || !writer) return lookup ?? writer;
  return {
    saw(id) {
      lookup.saw(id);
      writer.saw(id);
    },
    async draft(room) {
      const found = await lookup.draft(room);
      return found.length > 0 ? found : writer.draft(room);
    },
    close: () => writer.close(),
  };
}

/** How a request's tokens are guessed, as a receipt says it; undefined where they are not. */
export function draftRuleOf(
  { promptLookupTokens, draft }: Pick<ValidRequest, 'promptLookupTokens' | 'draft'>,
  model: DraftModel | undefined,
): string | undefined {
  const rules = [...(promptLookupTokens > 0 ? ['longest-match'] : []), ...(draft && model ? ['greedy'] : [])];
  return rules.length === 0 ? undefined : rules.join(', ');
}
