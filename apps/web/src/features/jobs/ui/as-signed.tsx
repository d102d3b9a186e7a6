import type { ReactNode } from 'react';
import { JsonView } from '@/components/code-block';
import { StateTag } from '@/components/state-tag';

/** Whether the node that the chain names signed a receipt. */
export function SignatureState({ valid }: { valid: boolean }): ReactNode {
  return valid ? (
    <StateTag state="done" title="The node’s key signed exactly this receipt.">
      valid
    </StateTag>
  ) : (
    <StateTag state="failed" title="The signature is not the node’s over this receipt.">
      not valid
    </StateTag>
  );
}

/** All of a receipt, for those who check it themselves. */
export function AsSigned({ receipt }: { receipt: unknown }): ReactNode {
  return (
    <details className="mt-3">
      <summary className="text-13 text-ink-2 hover:text-ink">The receipt as signed</summary>
      <div className="mt-2">
        <JsonView value={receipt} label="receipt" />
      </div>
    </details>
  );
}
