import { Fragment, type ReactNode } from 'react';
import { Address } from '@/components/address';
import { Amount } from '@/components/amount';
import type { StoryPart } from '../lib/story';

/** A told sentence with its amounts and addresses drawn as such. */
export function StoryText({ parts }: { parts: readonly StoryPart[] }): ReactNode {
  return parts.map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one sentence never move.
    <Fragment key={index}>{storyPart(part)}</Fragment>
  ));
}

function storyPart(part: StoryPart): ReactNode {
  if (typeof part === 'string') return part;
  if ('amount' in part) return <Amount base={part.amount} />;
  if ('node' in part) return <Address address={part.node} href={`/nodes/${part.node}`} copy={false} />;
  return <Address address={part.account} copy={false} />;
}
