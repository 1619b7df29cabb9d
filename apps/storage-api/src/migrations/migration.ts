import type { Change } from '@lucid/clients/mongodb/initializer/change';
import type { Db, Document, MongoClient } from 'mongodb';

/** What a step is given. */
export interface MigrationContext {
  readonly client: MongoClient;
  /** The main database: migrations change nothing else. */
  readonly database: Db;
  /** Aborted when the run is to end; a long step looks at it and throws its reason. An undo is not told. */
  readonly signal: AbortSignal;
  /** For a step of many writes, between two of them. @throws AppError LEASE_LOST: another run has taken over, write nothing more */
  assertHeld(): Promise<void>;
}

/**
 * A step and its undo, side by side. A run may die anywhere: `up` and `down` are called again then, and find their own work half done
 * or done.
 */
export interface MigrationStep {
  /** Unique in its migration: letters, digits and `-`. */
  readonly key: string;
  /** What `up` would do now, one entry a change; changes nothing. The dry run shows it, and without any there is no backup. */
  plan(context: MigrationContext): Promise<readonly Change[]>;
  /** What the undo will need to know. Read once, before the first `up`, and durable before that begins; at most 15 MiB. */
  prepare?(context: MigrationContext): Promise<Document>;
  up(context: MigrationContext, prepared: Document): Promise<void>;
  /**
   * Undoes a whole or a half `up`. Left out where there is no way back: `down` is then refused, and a failure says which backup has the
   * state before. @returns what it could not undo, one sentence each
   */
  down?(context: MigrationContext, prepared: Document): Promise<readonly string[]>;
}

export interface Migration {
  /** `0001-baseline`: four digits, which are the version, and what it does. The order of names is the order of migrations. */
  readonly name: string;
  readonly description: string;
  /** Collections it changes, of which a backup is taken first; those that are there, at that time. */
  readonly collections: readonly string[];
  readonly steps: readonly MigrationStep[];
}

/** A migration and the SHA-256 of its source file. */
export interface VersionedMigration {
  readonly migration: Migration;
  readonly checksum: string;
}

export const MIGRATION_NAME = /^\d{4}-[a-z0-9]+(-[a-z0-9]+)*$/;
/** `0001` or the whole name. */
export const MIGRATION_VERSION = /^\d{4}(-[a-z0-9-]{1,100})?$/;

export function versionOf(name: string): string {
  return name.slice(0, 4);
}
