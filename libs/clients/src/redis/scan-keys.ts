import { type Cluster, Redis } from 'ioredis';
import { type CacheClient, primariesOf } from './cache-client.ts';
import { toRedisAppError } from './connection.ts';

const KEYS_A_STEP = 1_000;

/**
 * Every key that matches and stays all the while, in steps; some may come twice, as SCAN has it.
 * @throws AppError REDIS_UNAVAILABLE, the signal's reason
 */
export async function* scanKeys(client: CacheClient, pattern: string, signal: AbortSignal): AsyncGenerator<Buffer[]> {
  try {
    for (const primary of await primariesOf(client)) {
      let cursor = '0';
      do {
        signal.throwIfAborted();
        const [next, keys] = await primary.scanBuffer(cursor, 'MATCH', pattern, 'COUNT', KEYS_A_STEP);
        cursor = next.toString();
        if (keys.length > 0) yield keys;
      } while (cursor !== '0');
    }
  } catch (error) {
    throw signal.aborted ? signal.reason : (toRedisAppError(error) ?? error);
  }
}

/** Removes keys, their memory in the background. @returns how many there were @throws AppError REDIS_UNAVAILABLE */
export async function unlinkKeys(client: CacheClient, keys: readonly Buffer[]): Promise<number> {
  if (keys.length === 0) return 0;
  try {
    if (client instanceof Redis) return await client.unlink(...keys);
    return await unlinkBySlot(client, keys);
  } catch (error) {
    throw toRedisAppError(error) ?? error;
  }
}

/** One command a key, because the keys of one command must have one slot. */
async function unlinkBySlot(cluster: Cluster, keys: readonly Buffer[]): Promise<number> {
  const counts = await Promise.all(keys.map((key) => cluster.unlink(key)));
  return counts.reduce((sum, count) => sum + count, 0);
}
