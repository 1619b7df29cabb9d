import type { RdbScanner } from '@lucid/clients/redis/rdb/rdb-scanner';
import { showKey } from '@lucid/clients/redis/rdb/rdb-format';
import {
  commandAt,
  type FailedReply,
  PipelineConnection,
  replyError,
} from '@lucid/clients/redis/resp/pipeline-connection';
import type { RedisAddress } from '@lucid/clients/redis/resp/redis-address';
import { encodeCommand } from '@lucid/clients/redis/resp/resp-command';
import { AppError } from '@lucid/core/app-error';
import { RestoreCommandWriter, roomFor } from './restore-command.ts';
import type { BigValue } from './restore-verify.ts';

const BATCH_BYTES = 256 * 1024;
const IDLE_TIMEOUT_MS = 60_000;

export interface LaneOptions {
  readonly rdbVersion: number;
  readonly signal: AbortSignal;
}

/** One connection with the batch that is being filled for it. */
export class RestoreLane {
  readonly #rdbVersion: number;
  readonly #connection: PipelineConnection;
  #writer: RestoreCommandWriter;
  #database = 0;
  #after: Buffer | undefined;

  private constructor(connection: PipelineConnection, rdbVersion: number) {
    this.#connection = connection;
    this.#rdbVersion = rdbVersion;
    this.#writer = new RestoreCommandWriter(BATCH_BYTES, rdbVersion);
  }

  static async open(
    address: RedisAddress,
    { rdbVersion, signal }: LaneOptions,
    onFailed: (failed: FailedReply) => void,
  ): Promise<RestoreLane> {
    const connection = await PipelineConnection.open(address, { signal, idleTimeoutMs: IDLE_TIMEOUT_MS }, onFailed);
    return new RestoreLane(connection, rdbVersion);
  }

  /** A promise where the batch is full and is being sent: to be awaited before the next call. */
  add(scanner: RdbScanner, database: number): Promise<void> | undefined {
    const room = roomFor(scanner);
    if (!this.#writer.has(room)) return this.#addToNext(scanner, database, room);
    this.#select(database);
    this.#writer.add(scanner);
    return undefined;
  }

  /** The command of an entry whose value follows with `piece`. */
  async begin(scanner: RdbScanner, database: number, big: BigValue): Promise<void> {
    await this.flush();
    this.#select(database);
    const { before, after } = RestoreCommandWriter.around(scanner, big, this.#rdbVersion);
    await this.flush();
    this.#after = after;
    await this.#connection.sendPiece(before, false);
  }

  async piece(bytes: Buffer, isLast: boolean): Promise<void> {
    await this.#connection.sendPiece(bytes, false);
    if (isLast && this.#after) await this.#connection.sendPiece(this.#after, true);
  }

  /** A whole command, as it is sent. */
  async addEncoded(command: Buffer): Promise<void> {
    if (!this.#writer.has(command.length)) await this.flush(command.length);
    this.#writer.addCommand(command);
  }

  async flush(least = BATCH_BYTES): Promise<void> {
    const { buffer, filled, commands } = this.#writer;
    if (commands === 0 && buffer.length >= least) return;
    this.#writer = new RestoreCommandWriter(Math.max(BATCH_BYTES, least), this.#rdbVersion);
    if (commands > 0) await this.#connection.send(buffer.subarray(0, filled), commands);
  }

  /** Everything is sent and answered. */
  async drain(): Promise<void> {
    await this.flush();
    await this.#connection.drain();
  }

  close(): void {
    this.#connection.close();
  }

  async #addToNext(scanner: RdbScanner, database: number, room: number): Promise<void> {
    // The scanner's buffer stays while this is awaited.
    await this.flush(room);
    this.#select(database);
    this.#writer.add(scanner);
  }

  #select(database: number): void {
    if (this.#database === database) return;
    this.#database = database;
    this.#writer.addCommand(encodeCommand('SELECT', String(database)));
  }
}

/** Where the keys of a restore go. */
export interface RestoreLanes {
  laneFor(key: () => Buffer): RestoreLane;
  /** Sends what is left, and waits for all replies. @throws the first refusal */
  drain(): Promise<void>;
  /** @throws the first refusal */
  assertWell(): void;
  close(): void;
}

/** Two connections to one server, batch by batch in turn: while it works on one batch, the next is on its way. */
export class ServerLanes implements RestoreLanes {
  static readonly COUNT = 2;
  readonly #lanes: RestoreLane[] = [];
  #turn = 0;
  #keys = 0;
  #error: AppError | undefined;

  static async open(address: RedisAddress, options: LaneOptions): Promise<ServerLanes> {
    const lanes = new ServerLanes();
    try {
      for (let count = 0; count < ServerLanes.COUNT; count += 1) {
        lanes.#lanes.push(await RestoreLane.open(address, options, (failed) => (lanes.#error ??= refusedKey(failed))));
      }
      return lanes;
    } catch (error) {
      lanes.close();
      throw error;
    }
  }

  laneFor(): RestoreLane {
    // By number of keys: that is about a batch of small ones.
    if ((this.#keys++ & 1023) === 0) this.#turn = (this.#turn + 1) % this.#lanes.length;
    return this.#lanes[this.#turn] as RestoreLane;
  }

  async drain(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.drain()));
    this.assertWell();
  }

  assertWell(): void {
    if (this.#error) throw this.#error;
  }

  close(): void {
    for (const lane of this.#lanes) lane.close();
  }
}

/** The error for a command that Redis refused. */
export function refusedKey({ text, bytes, index, isStreamed }: FailedReply): AppError {
  const known = replyError(text);
  if (known) return known;
  const key = isStreamed ? undefined : commandAt(bytes, index)[1];
  const what = key ? `the key ${showKey(key)}` : 'a key with a large value';
  const cause = new Error(text);
  return new AppError('RESTORE_MISMATCH', `Redis refused ${what}: the log has its reply.`, { cause });
}
