import type { RdbScanner } from '@lucid/clients/redis/rdb/rdb-scanner';
import { Crc64 } from '@lucid/clients/redis/rdb/crc64';
import { showKey } from '@lucid/clients/redis/rdb/rdb-format';
import { AppError } from '@lucid/core/app-error';
import type { RestoreInput, RestoreRun } from '../restore-port.ts';
import type { KeyFilter } from './key-selection.ts';
import { databasesOf, type RedisManifest } from './manifest.ts';
import { readEntries } from './read-entries.ts';

/** A value that comes in pieces: what its command must say before the first of them. */
export interface BigValue {
  /** Type and value. */
  readonly bytes: number;
  /** Of type and value. */
  readonly crc: Crc64;
}

export interface VerifiedInput {
  /** What the selection takes and has not expired, by database. */
  readonly databases: Map<number, { keys: number; bytes: number }>;
  readonly functions: Buffer[];
  /** By the ordinal of the key in all parts. */
  readonly bigValues: Map<number, BigValue>;
  /** Keys of the selection that have expired. */
  readonly expired: number;
}

export interface VerifyOptions {
  readonly filter: KeyFilter;
  /** Keys that expire up to here are passed over; by the clock of the server that is restored. */
  readonly nowMs: number;
  /** The longest value the server takes. */
  readonly mostValueBytes: number;
}

/**
 * Reads the whole input once: every chunk is authentic, every key is parsed, and the numbers are those of the manifest. So nothing
 * is changed before all of it is known to be there.
 * @throws AppError CHUNK_CORRUPT, CHUNK_MISSING, MANIFEST_CORRUPT, RDB_INVALID, RESTORE_REFUSED (a value the server cannot take)
 */
export async function verifyInput(
  { reader }: RestoreInput,
  manifest: RedisManifest,
  options: VerifyOptions,
  run: Pick<RestoreRun, 'signal' | 'progress'>,
): Promise<VerifiedInput> {
  const pass = new VerifyPass(options);
  const total = manifest.parts.reduce((sum, { bytes }) => sum + bytes, 0);
  let done = 0;
  for (const part of manifest.parts) {
    await readEntries(
      reader,
      part,
      {
        entry: (scanner, database) => pass.entry(scanner, database),
        value: (scanner) => pass.value(scanner),
        function: (code) => void pass.functions.push(code),
        chunk: (bytes) => run.progress({ phase: 'verify', done: (done += bytes), total, unit: 'bytes' }),
      },
      run.signal,
    );
  }
  pass.assertComplete(manifest);
  return pass;
}

class VerifyPass implements VerifiedInput {
  readonly databases = new Map<number, { keys: number; bytes: number }>();
  readonly functions: Buffer[] = [];
  readonly bigValues = new Map<number, BigValue>();
  expired = 0;
  readonly #options: VerifyOptions;
  readonly #keys = new Map<number, number>();
  #ordinal = -1;
  #big: { bytes: number; crc: Crc64; key: string } | undefined;
  #counts: { keys: number; bytes: number } | undefined;

  constructor(options: VerifyOptions) {
    this.#options = options;
  }

  entry(scanner: RdbScanner, database: number): void {
    const { filter, nowMs } = this.#options;
    const { entry, start, end, buffer } = scanner;
    this.#ordinal += 1;
    this.#keys.set(database, (this.#keys.get(database) ?? 0) + 1);
    this.#big = undefined;
    this.#counts = undefined;
    if (!filter.hasDatabase(database) || (!filter.takesEveryKey && !filter.hasKey(scanner.key()))) return;
    if (entry.expiresAtMs >= 0 && entry.expiresAtMs <= nowMs) {
      this.expired += 1;
      return;
    }
    this.#counts = this.databases.get(database) ?? { keys: 0, bytes: 0 };
    this.databases.set(database, this.#counts);
    this.#counts.keys += 1;
    this.#counts.bytes += end - start;
    if (!entry.isPartial) {
      this.#assertTakes(1 + end - entry.valueStart, scanner);
      return;
    }
    this.#big = { bytes: 1, crc: new Crc64(), key: showKey(scanner.key()) };
    this.#big.crc.update(buffer, entry.typeAt, entry.typeAt + 1);
  }

  value(scanner: RdbScanner): void {
    if (!this.#big || !this.#counts) return;
    const { buffer, start, end } = scanner;
    this.#counts.bytes += end - start;
    this.#big.bytes += end - start;
    this.#big.crc.update(buffer, start, end);
    if (!scanner.isLastPiece) return;
    const { bytes, crc, key } = this.#big;
    this.#assertTakes(bytes, key);
    this.bigValues.set(this.#ordinal, { bytes, crc });
  }

  /** @throws AppError RESTORE_REFUSED */
  #assertTakes(bytes: number, key: string | RdbScanner): void {
    if (bytes <= this.#options.mostValueBytes) return;
    const name = typeof key === 'string' ? key : showKey(key.key());
    const detail = `The value of ${name} has ${bytes} bytes, more than Redis takes: raise proto-max-bulk-len there, or leave it out.`;
    throw new AppError('RESTORE_REFUSED', detail);
  }

  /** @throws AppError MANIFEST_CORRUPT */
  assertComplete(manifest: RedisManifest): void {
    const named = databasesOf(manifest);
    const isComplete =
      named.length === this.#keys.size && named.every((one) => this.#keys.get(one.database) === one.keys);
    if (!isComplete)
      throw new AppError('MANIFEST_CORRUPT', 'The backup holds other keys of Redis than its manifest says.');
  }
}
