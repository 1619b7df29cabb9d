import { createCacheClient, type CacheClient } from '@lucid/clients/redis/cache-client';
import { DocumentKeys } from '@lucid/clients/redis/document-keys';
import { type Clock, systemClock } from '@lucid/core/clock';
import { createLogger } from '@lucid/core/logger';
import { eventually } from '@lucid/testing/eventually';
import type { Db } from 'mongodb';
import { Registry } from 'prom-client';
import { CacheFreshness } from './cache-freshness.ts';
import { CacheMetrics } from './cache-metrics.ts';
import { DocumentCache } from './document-cache.ts';
import { DocumentInvalidator } from './document-invalidator.ts';
import { DocumentStore } from './document-store.ts';

/** The document cache of one process, as the service makes it. */
export interface CacheProcess {
  readonly cache: DocumentCache;
  readonly keys: DocumentKeys;
  readonly freshness: CacheFreshness;
  readonly invalidator: DocumentInvalidator;
  readonly client: CacheClient;
  /** The value of a counter or gauge, of the series with these labels. */
  metric(name: string, labels?: Record<string, string>): Promise<number>;
  inStep(): Promise<void>;
  /** For this process so much time has passed, at once. */
  skip(ms: number): void;
  stop(): Promise<void>;
}

export interface CacheProcessOptions {
  readonly uri: string;
  readonly database: Db;
  readonly isCluster?: boolean;
  /** Without its change stream it is told nothing, and counts as in step. */
  readonly follows?: boolean;
  /** After so long a command is given up. The service is impatient; a spec may run on a busy host, and asks for what is kept. */
  readonly hurryMs?: number;
}

export function startCacheProcess(options: CacheProcessOptions): CacheProcess {
  const { uri, database, isCluster = false, follows = true, hurryMs = 20_000 } = options;
  const keys = new DocumentKeys(database.databaseName, isCluster);
  const registry = new Registry();
  let skippedMs = 0;
  const clock: Clock = { ...systemClock, monotonicMs: () => systemClock.monotonicMs() + skippedMs };
  const freshness = new CacheFreshness(clock);
  const metrics = new CacheMetrics(registry, freshness);
  const hurried = createCacheClient({ uri, isCluster, database: 3, hurryMs });
  const client = createCacheClient({ uri, isCluster, database: 3 });
  const shared = { client, keys, freshness, metrics, clock, logger: createLogger('test', 'silent') };
  const invalidator = new DocumentInvalidator({ ...shared, database });
  for (const event of ['close', '-node']) hurried.on(event as 'close', () => follows && invalidator.restart());
  hurried.connect().catch(() => undefined);
  if (follows) invalidator.start();
  else freshness.inStepAsOf(Number.POSITIVE_INFINITY);
  return {
    cache: new DocumentCache(new DocumentStore(hurried, keys, metrics, clock), freshness, metrics),
    ...{ keys, freshness, invalidator, client },
    async metric(name, labels = {}) {
      const { values } = (await registry.getSingleMetric(name)?.get()) ?? { values: [] };
      const found = values.find((one) => Object.entries(labels).every(([key, value]) => one.labels[key] === value));
      return found?.value ?? 0;
    },
    inStep: async () =>
      void (await eventually('the cache to be in step', () => hurried.status === 'ready' && freshness.isFresh())),
    skip: (ms) => void (skippedMs += ms),
    async stop() {
      await invalidator.stop();
      hurried.disconnect();
      client.disconnect();
    },
  };
}
