import type { ValidRequest } from '../request.js';
import { createDraftModel, type DraftModel } from './draft-model.js';
import type { Drafter } from './drafter.js';
import { createPromptLookup } from './prompt-lookup.js';

/**
 * What a request has its tokens guessed by: a look-up, then, where that finds nothing, a model. Undefined where it asks for nothing.
 * @param text its prompt
 * @param model the one that it names
 */
export function createDrafter(
  { promptLookupTokens, draft }: Pick<ValidRequest, 'promptLookupTokens' | 'draft'>,
  text: readonly number[],
  model: DraftModel | undefined,
): Drafter | undefined {
  const lookup = promptLookupTokens > 0 ? createPromptLookup(text, promptLookupTokens) : undefined;
  const writer = draft && model && createDraftModel(model, text, draft.tokens);
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
