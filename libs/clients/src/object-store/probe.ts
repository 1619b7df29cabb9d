import { randomBytes } from 'node:crypto';
import { AppError } from '@lucid/core/app-error';
import type { ObjectStore } from './object-store.ts';

/**
 * Refuses a store whose conditional write is none: two writes race for one key, and exactly one may win, with its content.
 * To be called once at start; leaves nothing behind.
 * @throws AppError ENGINE_UNSUITABLE, or what the store throws (a file system without links: PERMISSION_DENIED)
 */
export async function probeConditionalWrites(store: ObjectStore): Promise<void> {
  const key = `probe/${randomBytes(8).toString('hex')}`;
  const contents = [randomBytes(32), randomBytes(32)];
  try {
    const won = await Promise.all(contents.map((bytes) => store.putIfAbsent(key, bytes)));
    const late = await store.putIfAbsent(key, randomBytes(32));
    const stored = await store.get(key);
    const winner = contents[won.indexOf(true)];
    if (late || won[0] === won[1] || !winner || !stored?.equals(winner)) {
      throw new AppError(
        'ENGINE_UNSUITABLE',
        'The object store does not keep "write only if absent"; a repository needs that.',
      );
    }
  } finally {
    await store.remove(key);
  }
}
