import { AppError } from '@lucid/core/app-error';
import type { EngineTls } from '../../engine-tls.ts';

/** One Redis server and how to log in. */
export interface RedisAddress {
  readonly host: string;
  readonly port: number;
  readonly username?: string;
  readonly password?: string;
  /** Present: the connection is TLS 1.3, with the certificate and the host name checked. */
  readonly tls?: EngineTls;
}

/** The part of a URI that names several hosts: it stands behind the last `@`, so that a password may hold commas. */
const HOSTS = /^(?<before>rediss?:\/\/(?:[^/?#]*@)?)(?<hosts>[^/?#@]*)(?<after>.*)$/s;

/**
 * The nodes of a Redis Cluster that a URI names, `redis://:password@one:6379,two:6379`: one login for all of them.
 * @throws AppError CONFIG_INVALID as `parseRedisUri`, also for several URIs one after the other
 */
export function parseRedisSeeds(uri: string, tls?: EngineTls): [RedisAddress, ...RedisAddress[]] {
  if (/,\s*rediss?:\/\//.test(uri)) {
    const detail = 'REDIS_URI names several nodes in one URI: redis://:password@one:6379,two:6379';
    throw new AppError('CONFIG_INVALID', detail);
  }
  const { before = '', hosts = uri, after = '' } = HOSTS.exec(uri)?.groups ?? {};
  const [first = '', ...others] = hosts.split(',').map((host) => `${before}${host.trim()}${after}`);
  return [parseRedisUri(first, tls), ...others.map((one) => parseRedisUri(one, tls))];
}

/** @throws AppError CONFIG_INVALID for what is no `redis://` or `rediss://` URI (the URI is not shown: it holds the password) */
export function parseRedisUri(uri: string, tls?: EngineTls): RedisAddress {
  const url = URL.canParse(uri) ? new URL(uri) : undefined;
  if (!url || !/^rediss?:$/.test(url.protocol) || url.hostname === '') {
    throw new AppError('CONFIG_INVALID', 'REDIS_URI must look like redis://:password@host:6379/0');
  }
  const isTls = url.protocol === 'rediss:' || tls !== undefined;
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || 6379),
    ...(url.username !== '' && { username: decodeURIComponent(url.username) }),
    ...(url.password !== '' && { password: decodeURIComponent(url.password) }),
    ...(isTls && { tls: tls ?? {} }),
  };
}
