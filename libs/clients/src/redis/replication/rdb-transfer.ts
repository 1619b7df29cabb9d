import { AppError } from '@lucid/core/app-error';
import { toRedisAppError } from '../connection.ts';
import { joinBuffers } from '../resp/join-buffers.ts';
import type { RedisAddress } from '../resp/redis-address.ts';
import { RedisSocket } from '../resp/redis-socket.ts';
import { encodeCommand } from '../resp/resp-command.ts';
import { ByteQueue } from './byte-queue.ts';

const MARK_BYTES = 40;
/** Redis sends a newline every ten seconds while it prepares the RDB (`repl-ping-replica-period`). */
const IDLE_TIMEOUT_MS = 60_000;
/** The socket rests while so much waits to be read. */
const MOST_WAITING_BYTES = 8 * 1024 * 1024;

export interface TransferOptions {
  readonly signal: AbortSignal;
  readonly idleTimeoutMs?: number;
}

/** An RDB on its way. */
export interface RdbTransfer {
  readonly replicationId: string;
  readonly offset: number;
  /**
   * The RDB's bytes, to be read once. It ends only after the last byte came as announced: by length, or by the end mark of a
   * diskless transfer. Leaving it early closes the connection.
   * @throws AppError REDIS_UNAVAILABLE, TIMEOUT, the signal's reason
   */
  chunks(): AsyncGenerator<Buffer>;
  /** May be called twice. */
  close(): void;
}

/** Who asked was refused: by an ACL, or because replication is not offered (managed servers). */
export interface RefusedTransfer {
  readonly refused: string;
}

/**
 * Asks a server for its RDB as a replica does: https://redis.io/docs/latest/operate/oss_and_stack/management/replication/.
 * Each REPLCONF is answered before the next is sent, because PSYNC is refused while replies are pending. `rdb-only` (from 7.0 on)
 * ends the session after the RDB; an older server that does not know it is left instead.
 * @throws AppError REDIS_UNAVAILABLE, TIMEOUT, the signal's reason
 */
export async function openRdbTransfer(
  address: RedisAddress,
  { signal, idleTimeoutMs = IDLE_TIMEOUT_MS }: TransferOptions,
): Promise<RdbTransfer | RefusedTransfer> {
  const queue = new ByteQueue();
  // Only what comes after the connection stands is read, so `socket` is set by then.
  const socket: RedisSocket = await RedisSocket.open(
    address,
    { signal, idleTimeoutMs },
    {
      data(chunk) {
        queue.push(chunk);
        if (queue.length > MOST_WAITING_BYTES) socket.pause();
      },
      closed: (error) => queue.fail(error),
    },
  );
  try {
    socket.await(true);
    const session = new ReplicaSession(socket, queue);
    await session.logIn(address);
    const answer = await session.begin();
    if ('refused' in answer) socket.close();
    return answer;
  } catch (error) {
    socket.close();
    throw error instanceof RangeError ? notRedis() : error;
  }
}

class ReplicaSession {
  readonly #socket: RedisSocket;
  readonly #queue: ByteQueue;

  constructor(socket: RedisSocket, queue: ByteQueue) {
    this.#socket = socket;
    this.#queue = queue;
  }

  async logIn({ username, password }: RedisAddress): Promise<void> {
    if (password === undefined) return;
    const reply = await this.#ask('AUTH', ...(username === undefined ? [] : [username]), password);
    if (reply.startsWith('-')) throw asError(reply);
  }

  async begin(): Promise<RdbTransfer | RefusedTransfer> {
    await this.#configure('listening-port', '0');
    await this.#configure('capa', 'eof', 'capa', 'psync2');
    await this.#configure('rdb-only', '1');
    const reply = await this.#ask('PSYNC', '?', '-1');
    if (reply.startsWith('-')) return refusal(reply);
    const [, replicationId = '', offset = ''] = /^\+FULLRESYNC ([0-9a-f]{40}) (\d+)$/.exec(reply) ?? [];
    if (replicationId === '') throw notRedis();
    const chunks = (): AsyncGenerator<Buffer> => this.#chunks();
    return { replicationId, offset: Number(offset), chunks, close: () => this.#socket.close() };
  }

  async #ask(...words: string[]): Promise<string> {
    await this.#socket.write(encodeCommand(...words));
    return this.#line();
  }

  /** A server that does not know an option goes without it; whether it lets us replicate is told by PSYNC. */
  async #configure(...words: string[]): Promise<void> {
    const reply = await this.#ask('REPLCONF', ...words);
    if (/^-(NOAUTH|WRONGPASS)/.test(reply)) throw asError(reply);
  }

  /** The next line; empty ones only say that the server is alive. */
  async #line(): Promise<string> {
    for (;;) {
      const line = await this.#queue.line();
      if (line !== '') return line;
    }
  }

  async *#chunks(): AsyncGenerator<Buffer> {
    try {
      const head = await this.#line();
      const length = /^\$(\d+)$/.exec(head)?.[1];
      const mark = /^\$EOF:([0-9a-f]{40})$/.exec(head)?.[1];
      if (length !== undefined) yield* this.#sized(Number(length));
      else if (mark !== undefined) yield* this.#marked(Buffer.from(mark));
      else throw head.startsWith('-') ? asError(head) : notRedis();
    } catch (error) {
      throw error instanceof RangeError ? notRedis() : error;
    } finally {
      this.#socket.close();
    }
  }

  async #take(): Promise<Buffer> {
    const chunk = await this.#queue.take();
    this.#socket.resume();
    return chunk;
  }

  async *#sized(length: number): AsyncGenerator<Buffer> {
    for (let left = length; left > 0;) {
      const chunk = await this.#take();
      // Without `rdb-only` the commands since the fork follow; they are not ours.
      const part = chunk.length > left ? chunk.subarray(0, left) : chunk;
      left -= part.length;
      yield part;
    }
  }

  /** Until the last 40 bytes that came are the mark: the server sends nothing after it before it is acknowledged. */
  async *#marked(mark: Buffer): AsyncGenerator<Buffer> {
    let held: Buffer = Buffer.alloc(0);
    for (;;) {
      const chunk = await this.#take();
      const all = joinBuffers(held, chunk);
      const cut = Math.max(0, all.length - MARK_BYTES);
      held = all.subarray(cut);
      if (cut > 0) yield all.subarray(0, cut);
      if (held.equals(mark)) return;
    }
  }
}

/** Not now, or not at all? */
function refusal(reply: string): RefusedTransfer {
  if (/^-(NOMASTERLINK|LOADING|MASTERDOWN|BUSY|MISCONF|NOAUTH|WRONGPASS)\b/.test(reply)) throw asError(reply);
  return {
    refused: reply.startsWith('-NOPERM') ? 'the Redis user may not replicate' : 'Redis does not offer replication',
  };
}

function asError(reply: string): AppError {
  const error = new Error(reply.slice(1));
  error.name = 'ReplyError';
  return toRedisAppError(error) ?? new AppError('REDIS_UNAVAILABLE', 'Redis gives no RDB now.', { cause: error });
}

function notRedis(): AppError {
  return new AppError('REDIS_UNAVAILABLE', 'What answers is not Redis, or the connection is damaged.');
}
