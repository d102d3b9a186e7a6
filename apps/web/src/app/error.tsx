'use client';

import { Button } from '@/components/button';

export default function ErrorPage({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  return (
    <div className="max-w-130 py-12">
      <h1 className="tight text-20 font-semibold">This page could not be drawn</h1>
      <p className="mt-2 mb-5 text-ink-2">
        The index may be starting or its database may not answer. Nothing on the chain is affected.
        {error.digest !== undefined && <span className="text-ink-3"> Reference {error.digest}.</span>}
      </p>
      <Button variant="primary" onClick={reset}>
        Try again
      </Button>
    </div>
  );
}
