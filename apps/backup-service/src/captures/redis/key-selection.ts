import { matchesPattern } from '@lucid/clients/redis/resp/key-pattern';
import type { BackupRestorePayload } from '@lucid/jobs/contracts/backup-restore';

/** Which keys are meant; nothing said means all of them. */
export interface KeySelection {
  readonly databases?: readonly number[];
  /** As of SCAN MATCH; one of them must match. */
  readonly keys?: readonly string[];
}

export function selectionOf({ redis }: Pick<BackupRestorePayload, 'redis'>): KeySelection {
  return { ...(redis?.databases && { databases: redis.databases }), ...(redis?.keys && { keys: redis.keys }) };
}

/** A selection ready to be asked for each of many keys. */
export class KeyFilter {
  /** No choice: everything. */
  readonly isWhole: boolean;
  /** All keys of the databases that are meant. */
  readonly takesEveryKey: boolean;
  readonly #databases: ReadonlySet<number> | undefined;
  readonly #patterns: readonly Buffer[] | undefined;

  constructor({ databases, keys }: KeySelection = {}) {
    this.#databases = databases && new Set(databases);
    this.#patterns = keys?.map((pattern) => Buffer.from(pattern));
    this.takesEveryKey = keys === undefined;
    this.isWhole = databases === undefined && keys === undefined;
  }

  hasDatabase(database: number): boolean {
    return this.#databases?.has(database) ?? true;
  }

  hasKey(key: Buffer): boolean {
    return this.#patterns?.some((pattern) => matchesPattern(pattern, key)) ?? true;
  }
}
