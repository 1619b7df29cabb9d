import type { Socket } from 'node:net';
import { AppError } from '@lucid/core/app-error';
import { Binary, type Document } from 'bson';
import type { EngineTls } from '../../engine-tls.ts';
import { MessageReceiver, type ReceivedMessage } from './message-receiver.ts';
import { assertOk, decodeBody, type DocumentSequence, encodeMessage } from './op-msg.ts';
import { startScram } from './scram.ts';
import { openSocket } from './wire-socket.ts';

export interface WireOptions {
  readonly host: string;
  readonly port: number;
  readonly username?: string;
  readonly password?: string;
  /** The database that knows the user (admin). */
  readonly authSource?: string;
  readonly tls?: EngineTls;
  readonly connectTimeoutMs?: number;
}

export interface ExchangeOptions {
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  readonly sequence?: DocumentSequence;
  /** Refused with MONGODB_UNAVAILABLE by a member that is not the primary (any more). Default: any member answers. */
  readonly primaryOnly?: boolean;
  /** Numbers of the reply keep their BSON types (`Int32`, `Double`, `Long`), for what is stored and given back. */
  readonly exactTypes?: boolean;
}

interface Pending {
  resolve(message: ReceivedMessage): void;
  reject(error: unknown): void;
}

const COMMAND_TIMEOUT_MS = 60_000;
/** The member was chosen by the caller: a secondary must not refuse because it is one. */
const ANY_MEMBER = { mode: 'primaryPreferred' };
const PRIMARY = { mode: 'primary' };

/**
 * One connection to one named server, that speaks OP_MSG and hands replies out as bytes. Contract:
 * - One exchange at a time; a second call waits for the first.
 * - An abort or a time-out in the middle of an exchange closes the connection: its answer could come any time later.
 * - After an error of the connection every call throws MONGODB_UNAVAILABLE; the caller connects anew. Nothing is retried here.
 */
export class WireConnection {
  readonly address: string;
  private socket: Socket | undefined;
  private failure: AppError | undefined;
  private pending: Pending | undefined;
  private requestId = 0;
  private turn: Promise<unknown> = Promise.resolve();

  private constructor(address: string) {
    this.address = address;
  }

  /** Connects and authenticates. @throws AppError MONGODB_UNAVAILABLE, TIMEOUT, CONFIG_INVALID (user or password) */
  static async connect(options: WireOptions): Promise<WireConnection> {
    const { host, port, tls, connectTimeoutMs = 10_000, username, password } = options;
    const connection = new WireConnection(`${host}:${port}`);
    const receiver = new MessageReceiver((message) => connection.receive(message));
    const target = { host, port, tls, connectTimeoutMs };
    connection.socket = await openSocket(target, receiver, (error) => connection.fail(error));
    try {
      if (username !== undefined)
        await connection.authenticate(username, password ?? '', options.authSource ?? 'admin');
    } catch (error) {
      connection.close();
      throw error;
    }
    return connection;
  }

  get isOpen(): boolean {
    return this.failure === undefined;
  }

  /** Runs a command and decodes its reply. @throws AppError as `exchange` */
  async command(database: string, command: Document, options: ExchangeOptions = {}): Promise<Document> {
    const message = await this.exchange(database, command, options);
    try {
      return decodeBody(Buffer.from(message.payload), options.exactTypes);
    } finally {
      message.release();
    }
  }

  /**
   * Runs a command; the reply, whose `ok` is 1, stays bytes. The caller releases it.
   * @throws AppError MONGODB_UNAVAILABLE, TIMEOUT, or that of the server's code, with a MongoServerReplyError as its cause;
   * the signal's reason after an abort
   */
  exchange(database: string, command: Document, options: ExchangeOptions = {}): Promise<ReceivedMessage> {
    const $readPreference = options.primaryOnly ? PRIMARY : ANY_MEMBER;
    return this.inTurn({ ...command, $db: database, $readPreference }, options);
  }

  /** The same for a command that is BSON already and names its `$db`. @throws AppError as `exchange` */
  exchangeBytes(command: Buffer, options: ExchangeOptions = {}): Promise<ReceivedMessage> {
    return this.inTurn(command, options);
  }

  /** Ends the connection; a running exchange fails. May be called twice. */
  close(): void {
    this.fail(new AppError('MONGODB_UNAVAILABLE', 'The connection to MongoDB was closed.'));
  }

  private inTurn(command: Document | Buffer, options: ExchangeOptions): Promise<ReceivedMessage> {
    const result = this.turn.then(() => this.run(command, options));
    this.turn = result.catch(() => undefined);
    return result;
  }

  private async run(command: Document | Buffer, options: ExchangeOptions): Promise<ReceivedMessage> {
    const { signal, timeoutMs = COMMAND_TIMEOUT_MS, sequence } = options;
    signal?.throwIfAborted();
    const { socket } = this;
    if (this.failure || !socket) throw this.failure ?? new AppError('MONGODB_UNAVAILABLE', 'Not connected to MongoDB.');
    const timeout = AbortSignal.timeout(timeoutMs);
    const onTimeout = (): void => this.fail(new AppError('TIMEOUT', 'MongoDB did not answer in time.'));
    const onAbort = (): void => this.fail(signal?.reason);
    timeout.addEventListener('abort', onTimeout, { once: true });
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      const message = await new Promise<ReceivedMessage>((resolve, reject) => {
        this.pending = { resolve, reject };
        this.requestId = (this.requestId + 1) % 0x7fff_ffff;
        socket.cork();
        for (const part of encodeMessage(this.requestId, command, sequence)) socket.write(part);
        socket.uncork();
      });
      return acceptReply(message);
    } finally {
      timeout.removeEventListener('abort', onTimeout);
      signal?.removeEventListener('abort', onAbort);
    }
  }

  private receive(message: ReceivedMessage): void {
    const { pending } = this;
    if (!pending || message.responseTo !== this.requestId) {
      throw new AppError('MONGODB_UNAVAILABLE', 'MongoDB answered something that was not asked.');
    }
    this.pending = undefined;
    pending.resolve(message);
  }

  private fail(reason: unknown): void {
    this.failure ??=
      reason instanceof AppError ? reason : new AppError('MONGODB_UNAVAILABLE', 'The connection was given up.');
    this.socket?.destroy();
    this.pending?.reject(reason);
    this.pending = undefined;
  }

  private async authenticate(username: string, password: string, source: string): Promise<void> {
    const scram = startScram(username, password);
    const start = {
      saslStart: 1,
      mechanism: 'SCRAM-SHA-256',
      payload: bytes(scram.clientFirst),
      options: { skipEmptyExchange: true },
    };
    const first = await this.command(source, start);
    const answer = bytes(await scram.clientFinal(text(first.payload)));
    const last = await this.command(source, { saslContinue: 1, conversationId: first.conversationId, payload: answer });
    scram.checkServerFinal(text(last.payload));
    if (last.done !== true) throw new AppError('ENGINE_UNSUITABLE', 'MongoDB did not finish the authentication.');
  }
}

function acceptReply(message: ReceivedMessage): ReceivedMessage {
  try {
    assertOk(message);
    return message;
  } catch (error) {
    message.release();
    throw error;
  }
}

function bytes(value: string): Binary {
  return new Binary(Buffer.from(value, 'utf8'));
}

function text(value: unknown): string {
  return value instanceof Binary ? Buffer.from(value.buffer).toString('utf8') : '';
}
