import { connect as connectNet, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { AppError } from '@lucid/core/app-error';
import type { RedisAddress } from './redis-address.ts';

const CONNECT_TIMEOUT_MS = 5_000;
const BLOCK_BYTES = 1024 * 1024;
/** A read goes into what is left of a block while that is at least this much. */
const LEAST_ROOM_BYTES = 64 * 1024;

export interface SocketEvents {
  /** Bytes that came; they are the receiver's to keep. */
  data(chunk: Buffer): void;
  /** Once, with the reason. Nothing comes afterwards. */
  closed(error: AppError): void;
}

export interface SocketOptions {
  /** The connection is given up when for so long no byte comes while one is waited for. */
  readonly idleTimeoutMs: number;
  readonly signal: AbortSignal;
}

/** A connection to one Redis server, without any idea of what is said on it. */
export class RedisSocket {
  readonly #socket: Socket;
  readonly #idleTimeoutMs: number;
  #error: AppError | undefined;

  private constructor(socket: Socket, idleTimeoutMs: number) {
    this.#socket = socket;
    this.#idleTimeoutMs = idleTimeoutMs;
  }

  /** @throws AppError REDIS_UNAVAILABLE, TIMEOUT; the signal's reason */
  static open(address: RedisAddress, options: SocketOptions, events: SocketEvents): Promise<RedisSocket> {
    options.signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const socket = address.tls ? openTls(address, events) : openPlain(address, events);
      const redis = new RedisSocket(socket, options.idleTimeoutMs);
      const abort = (): void => redis.close(options.signal.reason as AppError);
      options.signal.addEventListener('abort', abort, { once: true });
      socket.setTimeout(CONNECT_TIMEOUT_MS, () => redis.close(timeout()));
      socket.once(address.tls ? 'secureConnect' : 'connect', () => {
        socket.setTimeout(0);
        resolve(redis);
      });
      socket.on('error', (cause) => (redis.#error ??= unavailable(cause)));
      socket.on('close', () => {
        options.signal.removeEventListener('abort', abort);
        const error = redis.#error ?? unavailable();
        reject(error);
        events.closed(error);
      });
    });
  }

  /** Tells whether bytes are waited for: only then their absence is a failure. */
  await(isAwaited: boolean): void {
    this.#socket.setTimeout(isAwaited ? this.#idleTimeoutMs : 0);
  }

  pause(): void {
    this.await(false);
    this.#socket.pause();
  }

  resume(): void {
    this.await(true);
    this.#socket.resume();
  }

  /** Resolves once the system has taken the bytes, or the connection is gone (which `closed` tells). */
  write(bytes: Buffer): Promise<void> {
    return new Promise((resolve) => this.#socket.write(bytes, () => resolve()));
  }

  close(error: AppError = unavailable()): void {
    this.#error ??= error;
    this.#socket.destroy();
  }
}

function openPlain({ host, port }: RedisAddress, events: SocketEvents): Socket {
  let block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  let filled = 0;
  const room = (): Buffer => {
    if (BLOCK_BYTES - filled < LEAST_ROOM_BYTES) {
      block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
      filled = 0;
    }
    return block.subarray(filled);
  };
  const callback = (bytes: number): boolean => {
    filled += bytes;
    events.data(block.subarray(filled - bytes, filled));
    return true;
  };
  return connectNet({ host, port, noDelay: true, keepAlive: true, onread: { buffer: room, callback } });
}

function openTls({ host, port, tls }: RedisAddress, events: SocketEvents): Socket {
  const socket = connectTls({ host, port, ...tls, servername: isIP(host) ? '' : host, minVersion: 'TLSv1.3' });
  socket.setNoDelay(true);
  socket.on('data', (chunk: Buffer) => events.data(chunk));
  return socket;
}

function timeout(): AppError {
  return new AppError('TIMEOUT', 'Redis does not answer in time.');
}

export function unavailable(cause?: unknown): AppError {
  return new AppError('REDIS_UNAVAILABLE', 'The connection to Redis broke.', { cause, retryAfterSeconds: 5 });
}
