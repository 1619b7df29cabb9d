/**
 * The cache's keyspace by purpose (requirements §5). On one Redis these are database numbers; a Redis Cluster has only database 0, where a
 * prefix stands in for the number.
 *
 * | database | holds | time to live |
 * |---|---|---|
 * | 0 | session tokens, rate limits | 900 s, 60 s |
 * | 1 | authentication data, cache of JWTs | 900 s |
 * | 2 | node metrics, PoOT scores | 30 s, 300 s |
 * | 3 | documents (`document-keys.ts`), API responses | 300–3,600 s |
 */
export const DOCUMENT_DATABASE = 3;
/** `databases` of configs/redis; on a cluster the prefixes that exist. */
export const CACHE_DATABASES = 16;

const FOREIGN = /^db(?:[1-9]|1[0-5]):/;

/** What each key of a database begins with: nothing on one Redis, nor in database 0 of a cluster. */
export function databasePrefix(database: number, isCluster: boolean): string {
  return isCluster && database > 0 ? `db${String(database)}:` : '';
}

/** On a cluster: does the key belong to another database than 0? */
export function isOfOtherDatabase(key: string): boolean {
  return FOREIGN.test(key);
}
