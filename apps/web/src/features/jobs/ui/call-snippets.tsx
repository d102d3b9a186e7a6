import type { ReactNode } from 'react';
import { CodeBlock } from '@/components/code-block';
import { type Call, curlSnippet, openaiSnippet, withShortToken } from '../lib/snippets';

/** How to ask an endpoint, ready to be copied: the copy has the whole token. */
export function CallSnippets(call: Call): ReactNode {
  const curl = curlSnippet(call);
  const openai = openaiSnippet(call);
  return (
    <div className="flex flex-col gap-4" data-testid="call-snippets">
      <div>
        <h3 className="mb-1.5 text-13 text-ink-2">With curl</h3>
        <CodeBlock copy={curl} label="curl command">
          {withShortToken(curl, call.token)}
        </CodeBlock>
      </div>
      <div>
        <h3 className="mb-1.5 text-13 text-ink-2">With OpenAI’s client</h3>
        <CodeBlock copy={openai} label="code">
          {withShortToken(openai, call.token)}
        </CodeBlock>
      </div>
    </div>
  );
}
