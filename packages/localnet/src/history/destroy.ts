import { ClassicLevel } from 'classic-level';
import { explainOpenFailure } from './open-failure.js';

/**
 * Deletes a store; nothing happens when there is none.
 *
 * @throws Error when another process holds the store.
 */
export async function destroyHistoryStore(directory: string): Promise<void> {
  const db = new ClassicLevel(directory, { createIfMissing: true });
  try {
    // Only who can open it may delete it: the lock is taken and given back first.
    await db.open();
  } catch (error) {
    throw explainOpenFailure(directory, error);
  }
  await db.close();
  await ClassicLevel.destroy(directory);
}
