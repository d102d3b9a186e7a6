import 'server-only';

const MISSING = new Set(['NOT_FOUND', 'BAD_REQUEST']);

/** The answer, or null where the API says that there is no such thing or that it cannot be asked for like this. */
export async function orMissing<Answer>(question: Promise<Answer>): Promise<Answer | null> {
  try {
    return await question;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** By name and code: the API's error class is not the bundle's own copy of it. */
function isMissing(error: unknown): boolean {
  return (
    error instanceof Error &&
    error.name === 'TRPCError' &&
    'code' in error &&
    typeof error.code === 'string' &&
    MISSING.has(error.code)
  );
}
