import { connectRedis } from '@lucid/clients/redis/connection';
import { systemClock } from '@lucid/core/clock';
import { createLogger } from '@lucid/core/logger';
import { engineVariable, testName } from '@lucid/testing/engines';
import type { Redis } from 'ioredis';
import { BullJobQueues } from './bull-job-queues.ts';
import { testJobQueue } from './job-queue.conformance.ts';

describe('job queue on BullMQ', () => {
  let redis: Redis;
  let prefix: string;
  let opened: BullJobQueues[] = [];

  beforeEach(async () => {
    redis = await connectRedis({ uri: engineVariable('REDIS_QUEUE_URI'), purpose: 'queue' });
    prefix = `{${testName('queue')}}`;
  });

  afterEach(async () => {
    await Promise.all(opened.map((queues) => queues.close()));
    opened = [];
    for await (const keys of redis.scanStream({ match: `${prefix}*` })) {
      if (keys.length > 0) await redis.unlink(...(keys as string[]));
    }
    redis.disconnect();
  });

  function open(connection = redis) {
    const queues = new BullJobQueues({
      redis: connection,
      clock: systemClock,
      logger: createLogger('queue-spec', 'silent'),
      prefix,
    });
    opened.push(queues);
    return queues.open('spec');
  }

  testJobQueue(() => open());

  it('says so within its bound when Redis is gone', async () => {
    const lost = await connectRedis({ uri: engineVariable('REDIS_QUEUE_URI'), purpose: 'queue' });
    const queue = open(lost);
    lost.disconnect();
    await expect(queue.add([{ jobId: 'x', name: 'a.do', run: 1 }])).rejects.toMatchObject({
      code: 'REDIS_UNAVAILABLE',
    });
  });
});
