import { AppError } from '@lucid/core/app-error';
import type { Redis } from 'ioredis';
import { toRedisAppError } from './connection.ts';

const NEEDED = 'noeviction';

/**
 * Refuses a Redis that may evict: a queue's keys would vanish when its memory is full. Reads INFO, because CONFIG is forbidden
 * on many servers. @throws AppError ENGINE_UNSUITABLE, REDIS_UNAVAILABLE
 */
export async function assertQueueRedis(redis: Redis): Promise<void> {
  const policy = await evictionPolicy(redis);
  if (policy === NEEDED) return;
  const found = policy === undefined ? 'does not say what its policy is' : `has maxmemory-policy ${policy}`;
  throw new AppError(
    'ENGINE_UNSUITABLE',
    `the queue's Redis ${found}, and needs ${NEEDED}: set it there, or point REDIS_QUEUE_URI at a Redis of its own`,
  );
}

async function evictionPolicy(redis: Redis): Promise<string | undefined> {
  try {
    return /^maxmemory_policy:(\S+)/m.exec(await redis.info('memory'))?.[1];
  } catch (error) {
    throw toRedisAppError(error) ?? error;
  }
}
