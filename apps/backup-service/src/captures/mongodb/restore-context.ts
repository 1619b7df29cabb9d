import type { Clock } from '@lucid/core/clock';
import type { Logger } from '@lucid/core/logger';
import type { MongoClient } from 'mongodb';
import type { RestoreJournal } from './restore-journal.ts';
import type { RestorePlan } from './restore-plan.ts';
import type { RestoreSource } from './restore-source.ts';
import type { UserName } from './restore-users.ts';
import type { RestoreWriter } from './restore-writer.ts';
import type { WriteBlocks } from './write-blocks.ts';

export interface RestoreProgress {
  readonly phase: 'data' | 'oplog' | 'indexes' | 'verify' | 'swap';
  readonly done: number;
  readonly total: number;
  readonly unit: 'bytes' | 'entries' | 'collections';
}

/** What the steps of one restore share. */
export interface RestoreContext {
  /** Of the job: the same when it is resumed. [A-Za-z0-9_-]{1,80}. */
  readonly restoreId: string;
  readonly client: MongoClient;
  readonly writer: RestoreWriter;
  readonly journal: RestoreJournal;
  readonly writeBlocks: WriteBlocks;
  readonly source: RestoreSource;
  readonly plan: RestorePlan;
  /** Users of the service itself, which stay as they are. */
  readonly ownUsers?: readonly UserName[];
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Awaited before the swap. @throws AppError LEASE_LOST */
  assertHeld(): Promise<void>;
  progress(progress: RestoreProgress): void;
}
