import { AppError } from '@lucid/core/app-error';
import { systemClock, type Clock } from '@lucid/core/clock';
import type { Logger } from '@lucid/core/logger';
import { Redis, type RedisOptions } from 'ioredis';
import type { EngineTls } from '../engine-tls.ts';

export interface RedisConnectionConfig {
  /** `redis://` or `rediss://`. */
  uri: string;
  /** What it is for: shown as the connection's name on the server. */
  purpose: 'cache' | 'queue';
  tls?: EngineTls;
  /** Overrides the number in the URI. */
  database?: number;
  logger?: Logger;
  /** What this use needs otherwise. */
  options?: RedisOptions;
}

const CONNECT_ATTEMPTS = 3;
const CONNECT_PAUSE_MS = 500;
const COMMAND_TIMEOUT_MS = 5_000;
/** Replies that say "not now" or "not with you" instead of answering: https://redis.io/docs/latest/develop/reference/protocol-spec/ */
const UNAVAILABLE_REPLY = /^(LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|BUSY|MISCONF|NOREPLICAS)\b/;
const UNAVAILABLE_MESSAGE =
  /^(Connection is closed|Command timed out|Stream isn't writeable|Cluster isn't ready|None of startup nodes|Too many Cluster redir)/;
const UNAVAILABLE_NAMES = ['MaxRetriesPerRequestError', 'ClusterAllFailedError'];

/**
 * A connected client that reconnects for as long as the process lives (50 ms to 2 s apart); a command ends after two
 * reconnects, or 5 s, with an error that `toRedisAppError` knows. @throws AppError REDIS_UNAVAILABLE after three attempts
 */
export async function connectRedis(config: RedisConnectionConfig, clock: Clock = systemClock): Promise<Redis> {
  for (let attempt = 1; ; attempt += 1) {
    const redis = createRedis(config);
    // A refused password reaches only this event; the command that waits is told that the connection was closed.
    let reported: unknown;
    redis.on('error', (error) => (reported = error));
    try {
      await redis.connect();
      await pingRedis(redis);
      return redis;
    } catch (error) {
      redis.disconnect();
      const known = toRedisAppError(reported) ?? toRedisAppError(error) ?? unreachable(reported ?? error);
      if (attempt === CONNECT_ATTEMPTS || !known.retryable) throw known;
      await clock.sleep(CONNECT_PAUSE_MS);
    }
  }
}

/** A client that connects with its first command, for a Redis that a service can start without. */
export function createRedis(config: RedisConnectionConfig): Redis {
  const options: RedisOptions = {
    lazyConnect: true,
    connectionName: `lucid-${config.purpose}`,
    connectTimeout: COMMAND_TIMEOUT_MS,
    commandTimeout: COMMAND_TIMEOUT_MS,
    maxRetriesPerRequest: 2,
    retryStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 6), 2_000),
    ...(config.database !== undefined && { db: config.database }),
    ...((config.tls || config.uri.startsWith('rediss:')) && { tls: { minVersion: 'TLSv1.3', ...config.tls } }),
    ...config.options,
  };
  const redis = new Redis(config.uri, options);
  // Without a listener ioredis prints to the console. Commands carry their own errors; this is only for the log.
  redis.on('error', (error: Error) => config.logger?.warn({ err: error, purpose: config.purpose }, 'redis connection'));
  return redis;
}

/** @throws AppError REDIS_UNAVAILABLE */
export async function pingRedis(redis: Redis): Promise<void> {
  try {
    await redis.ping();
  } catch (error) {
    throw toRedisAppError(error) ?? unreachable(error);
  }
}

/** What ioredis threw as an error of the registry; `undefined` for what only the caller can judge (such as WRONGTYPE). */
export function toRedisAppError(error: unknown): AppError | undefined {
  if (!(error instanceof Error)) return undefined;
  const { name, message } = error;
  if (name === 'ReplyError') return fromReply(error);
  return UNAVAILABLE_NAMES.includes(name) || UNAVAILABLE_MESSAGE.test(message) ? unreachable(error) : undefined;
}

function fromReply(error: Error): AppError | undefined {
  if (/^(NOAUTH|WRONGPASS|ERR invalid password|ERR AUTH)/.test(error.message)) {
    const detail = 'Redis refused the password: check REDIS_URI, REDIS_PASSWORD and REDIS_QUEUE_URI';
    return new AppError('REDIS_UNAVAILABLE', detail, { cause: error, retryable: false });
  }
  if (error.message.startsWith('NOPERM')) {
    return new AppError('ENGINE_UNSUITABLE', 'the Redis user lacks a right this needs', { cause: error });
  }
  if (error.message.startsWith('OOM')) {
    return new AppError('REDIS_UNAVAILABLE', 'Redis is full: raise its maxmemory or free keys', { cause: error });
  }
  return UNAVAILABLE_REPLY.test(error.message) ? unreachable(error) : undefined;
}

function unreachable(cause: unknown): AppError {
  const detail = 'Redis does not answer: check REDIS_URI and REDIS_QUEUE_URI, and that the server is up';
  return new AppError('REDIS_UNAVAILABLE', detail, { cause, retryAfterSeconds: 5 });
}
