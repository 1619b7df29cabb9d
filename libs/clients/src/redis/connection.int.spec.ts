import { engineVariable } from '@lucid/testing/engines';
import { connectRedis } from './connection.ts';
import { assertQueueRedis } from './queue-redis.ts';

describe('connecting to Redis', () => {
  it('accepts a queue that keeps everything, and refuses one that evicts', async () => {
    const queue = await connectRedis({ uri: engineVariable('REDIS_QUEUE_URI'), purpose: 'queue' });
    const cache = await connectRedis({ uri: engineVariable('REDIS_URI'), purpose: 'queue' });
    try {
      await assertQueueRedis(queue);
      await expect(assertQueueRedis(cache)).rejects.toMatchObject({ code: 'ENGINE_UNSUITABLE' });
      await expect(assertQueueRedis(cache)).rejects.toThrow('allkeys-lru');
    } finally {
      queue.disconnect();
      cache.disconnect();
    }
  });

  it('gives up on a server that is not there, without naming it', async () => {
    const error = await connectRedis({ uri: 'redis://127.0.0.1:1', purpose: 'cache' }).catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ code: 'REDIS_UNAVAILABLE', retryable: true });
    expect((error as Error).message).not.toContain('127.0.0.1');
  });

  it('says that a password was refused, and does not try again', async () => {
    const uri = engineVariable('REDIS_URI').replace(/:[^:@]+@/, ':wrong@');
    await expect(connectRedis({ uri, purpose: 'cache' })).rejects.toMatchObject({ retryable: false });
  });
});
