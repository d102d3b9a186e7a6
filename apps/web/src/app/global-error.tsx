'use client';

import '@/styles/globals.css';

/** The last page that is left when even the frame of the pages fails. */
export default function GlobalError({ reset }: { error: Error; reset: () => void }) {
  return (
    <html lang="en">
      <body>
        <main className="wrap py-12">
          <h1 className="text-20 font-semibold">Inferscan could not be drawn</h1>
          <p className="mt-2 mb-5 text-ink-2">
            Nothing on the chain is affected. It may help to try again in a moment.
          </p>
          <button
            type="button"
            onClick={reset}
            className="rounded-6 border border-line-strong px-3 py-1 font-medium"
          >
            Try again
          </button>
        </main>
      </body>
    </html>
  );
}
