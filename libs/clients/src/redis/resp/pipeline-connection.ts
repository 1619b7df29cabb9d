import { AppError } from '@lucid/core/app-error';
import { toRedisAppError } from '../connection.ts';
import type { RedisAddress } from './redis-address.ts';
import { RedisSocket, type SocketOptions } from './redis-socket.ts';
import { encodeCommand } from './resp-command.ts';

const MOST_WAITING_BYTES = 2 * 1024 * 1024;
const OK = 0x0d4b4f2b; // "+OK\r", little-endian
const LINE_END = 10;
const MINUS = 45;

/** Commands that were sent together and answer with one line each. */
interface Batch {
  readonly bytes: Buffer;
  /** Of a command that was streamed: its bytes are gone. */
  readonly isStreamed: boolean;
  left: number;
  readonly replies: number;
}

/** The reply to one command that failed; `bytes` are the batch, `index` the command's place in it. */
export interface FailedReply {
  readonly text: string;
  readonly bytes: Buffer;
  readonly index: number;
  readonly isStreamed: boolean;
}

/**
 * One connection to Redis for commands by the hundred thousand: batches of encoded commands go out as they are, and only replies of one
 * line are understood. `send` waits while 2 MiB are unanswered.
 */
export class PipelineConnection {
  readonly #socket: RedisSocket;
  readonly #onFailed: (failed: FailedReply) => void;
  readonly #waiting: Batch[] = [];
  #waitingBytes = 0;
  #rest: Buffer = Buffer.alloc(0);
  #error: AppError | undefined;
  #wake: (() => void)[] = [];

  private constructor(socket: RedisSocket, onFailed: (failed: FailedReply) => void) {
    this.#socket = socket;
    this.#onFailed = onFailed;
  }

  /**
   * Connects and logs in. `onFailed` is called for each command that Redis refuses.
   * @throws AppError REDIS_UNAVAILABLE, TIMEOUT, the signal's reason
   */
  static async open(
    address: RedisAddress,
    options: SocketOptions,
    onFailed: (failed: FailedReply) => void,
  ): Promise<PipelineConnection> {
    let refused: string | undefined;
    let onReply = (failed: FailedReply): void => void (refused = failed.text);
    const connection: PipelineConnection = await RedisSocket.open(address, options, {
      data: (chunk) => connection.#receive(chunk),
      closed: (error) => connection.#close(error),
    }).then((socket) => new PipelineConnection(socket, (failed) => onReply(failed)));
    const { username, password } = address;
    if (password !== undefined) {
      const words = username === undefined ? ['AUTH', password] : ['AUTH', username, password];
      await connection.send(encodeCommand(...words), 1);
      await connection.drain();
    }
    onReply = onFailed;
    if (refused === undefined) return connection;
    connection.close();
    throw replyError(refused) ?? new AppError('REDIS_UNAVAILABLE', 'Redis refused to log in.', { retryable: false });
  }

  /** Sends `replies` commands; the bytes must stay as they are until they are answered. @throws AppError REDIS_UNAVAILABLE … */
  async send(bytes: Buffer, replies: number): Promise<void> {
    this.#expect({ bytes, replies, left: replies, isStreamed: false });
    void this.#socket.write(bytes);
    while (this.#waitingBytes > MOST_WAITING_BYTES && !this.#error) await this.#settled();
    this.#assertOpen();
  }

  /** A piece of one command; nothing else may be sent before the last piece, with which its reply is waited for. */
  async sendPiece(bytes: Buffer, isLast: boolean): Promise<void> {
    this.#assertOpen();
    this.#socket.await(true);
    await this.#socket.write(bytes);
    this.#socket.await(false); // How long the next piece takes is not the server's doing.
    this.#assertOpen();
    if (!isLast) return;
    this.#expect({ bytes: Buffer.alloc(0), replies: 1, left: 1, isStreamed: true });
    await this.drain();
  }

  /** Waits for every reply. @throws AppError REDIS_UNAVAILABLE, TIMEOUT, the signal's reason */
  async drain(): Promise<void> {
    while (this.#waiting.length > 0 && !this.#error) await this.#settled();
    this.#assertOpen();
  }

  close(): void {
    this.#socket.close();
  }

  #expect(batch: Batch): void {
    this.#assertOpen();
    this.#waiting.push(batch);
    this.#waitingBytes += batch.bytes.length;
    this.#socket.await(true);
  }

  #assertOpen(): void {
    if (this.#error) throw this.#error;
  }

  #settled(): Promise<void> {
    return new Promise((resolve) => this.#wake.push(resolve));
  }

  #close(error: AppError): void {
    this.#error ??= error;
    this.#wakeAll();
  }

  #wakeAll(): void {
    const waiting = this.#wake;
    this.#wake = [];
    for (const wake of waiting) wake();
  }

  #receive(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    while (at < bytes.length) {
      if (at + 5 <= bytes.length && bytes[at] === 43 && bytes.readUInt32LE(at) === OK) {
        this.#answered(undefined);
        at += 5;
        continue;
      }
      const end = bytes.indexOf(LINE_END, at);
      if (end < 0) break;
      this.#answered(bytes[at] === MINUS ? bytes.toString('latin1', at + 1, end).trimEnd() : undefined);
      at = end + 1;
    }
    this.#rest = at < bytes.length ? Buffer.from(bytes.subarray(at)) : Buffer.alloc(0);
    if (this.#rest.length > 65_536) this.#socket.close(new AppError('REDIS_UNAVAILABLE', 'What answers is not Redis.'));
    if (this.#waiting.length === 0) this.#socket.await(false);
  }

  #answered(error: string | undefined): void {
    const [batch] = this.#waiting;
    if (!batch) return;
    const index = batch.replies - batch.left;
    batch.left -= 1;
    if (batch.left === 0) {
      this.#waiting.shift();
      this.#waitingBytes -= batch.bytes.length;
      this.#wakeAll();
    }
    const { bytes, isStreamed } = batch;
    if (error !== undefined) this.#onFailed({ text: error, bytes, index, isStreamed });
  }
}

/** The error of the registry for a refused command, where it is one that says "not now" or "not you". */
export function replyError(text: string): AppError | undefined {
  const error = new Error(text);
  error.name = 'ReplyError';
  return toRedisAppError(error);
}

/** The words of command `index` among encoded commands. */
export function commandAt(bytes: Buffer, index: number): Buffer[] {
  let at = 0;
  const number = (): number => {
    const end = bytes.indexOf('\r\n', at);
    const value = Number(bytes.toString('latin1', at + 1, end));
    at = end + 2;
    return value;
  };
  for (let command = 0; ; command++) {
    const words: Buffer[] = [];
    for (let left = number(); left > 0; left--) {
      const length = number();
      words.push(bytes.subarray(at, at + length));
      at += length + 2;
    }
    if (command === index) return words;
  }
}
