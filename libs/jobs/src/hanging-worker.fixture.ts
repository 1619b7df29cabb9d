import { MongoLeaseStore } from '@lucid/clients/mongodb/leases';
import { createMongoClient } from '@lucid/clients/mongodb/connection';
import { connectRedis } from '@lucid/clients/redis/connection';
import { systemClock } from '@lucid/core/clock';
import { createLogger } from '@lucid/core/logger';
import { BullJobQueues } from './bull-job-queues.ts';
import { defineContract } from './contracts/define-contract.ts';
import { handle } from './job-handler.ts';
import { startJobWorker } from './job-worker.ts';

/** A worker process that finishes one step of a job and then hangs: the spec kills it. Arguments: see jobs.int.spec. */
const [mongodbUri = '', databaseName, redisUri = '', prefix, instance = 'killed'] = process.argv.slice(2);

const hang = handle(
  defineContract({
    name: 'numbers.count',
    queue: 'monitoring',
    idPrefix: 'count',
    payload: Object,
    result: Object,
    timeoutMs: 600_000,
    attempts: 3,
    backoff: { baseMs: 50, maxMs: 100 },
    concurrency: 1,
    roles: ['admin'],
    resources: () => ['numbers'],
  }),
  async ({ steps }) => {
    await steps.run('first', async () => 7);
    return new Promise<object>(() => undefined);
  },
);

const clock = systemClock;
const logger = createLogger('hanging-worker', 'warn');
const controlDatabase = createMongoClient({ uri: mongodbUri, appName: 'hanging-worker' }).db(databaseName);
const redis = await connectRedis({ uri: redisUri, purpose: 'queue' });
await startJobWorker({
  instance,
  queue: new BullJobQueues({ redis, clock, logger, prefix }).open('monitoring'),
  controlDatabase,
  leases: new MongoLeaseStore(controlDatabase),
  contracts: [hang.contract],
  handlers: [hang],
  clock,
  logger,
  timings: { heartbeatMs: 100 },
});
