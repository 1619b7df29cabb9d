import type { CacheClient } from './cache-client.ts';
import type { DocumentPatterns } from './document-keys.ts';
import { scanKeys, unlinkKeys } from './scan-keys.ts';

/**
 * Removes cached documents. First the stamps of the reads under way, then the values: a read that began before can then no longer fill,
 * and what it filled before its stamp went is among the values. May run twice.
 * @returns how many values there were @throws AppError REDIS_UNAVAILABLE, the signal's reason
 */
export async function forgetDocuments(
  client: CacheClient,
  { fills, values }: DocumentPatterns,
  signal: AbortSignal,
): Promise<number> {
  let forgotten = 0;
  for await (const keys of scanKeys(client, fills, signal)) await unlinkKeys(client, keys);
  for await (const keys of scanKeys(client, values, signal)) forgotten += await unlinkKeys(client, keys);
  return forgotten;
}
