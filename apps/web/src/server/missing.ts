import 'server-only';
import { TRPCError } from '@trpc/server';

/** The answer, or null where the API says that there is no such thing or that it cannot be asked for like this. */
export async function orMissing<Answer>(question: Promise<Answer>): Promise<Answer | null> {
  try {
    return await question;
  } catch (error) {
    if (error instanceof TRPCError && (error.code === 'NOT_FOUND' || error.code === 'BAD_REQUEST'))
      return null;
    throw error;
  }
}
