import { checksumOf } from './checksum.ts';
import type { Migration, MigrationStep, VersionedMigration } from './migration.ts';

/** Migrations of tests: each step writes a document of `ledger`, so that a test reads what was done, how often, and in which order. */
interface LedgerEntry {
  _id: string;
  ups: number;
  at: number;
}

/** Adds `key` to the ledger; `during` runs in the middle of it. */
export function ledgerStep(key: string, during: () => Promise<void> = () => Promise.resolve()): MigrationStep {
  return {
    key,
    plan: async ({ database }) => {
      const there = await database.collection<LedgerEntry>('ledger').findOne({ _id: key });
      return there ? [] : [{ target: `${database.databaseName}.ledger`, action: 'insert', detail: key }];
    },
    prepare: async ({ database }) => ({ before: await database.collection('ledger').countDocuments() }),
    up: async ({ database }, prepared) => {
      const change = { $inc: { ups: 1 }, $setOnInsert: { at: Number(prepared['before']) } };
      await database.collection<LedgerEntry>('ledger').updateOne({ _id: key }, change, { upsert: true });
      await during();
    },
    down: async ({ database }) => {
      await database.collection<LedgerEntry>('ledger').deleteOne({ _id: key });
      return [];
    },
  };
}

export function migrationOf(name: string, steps: readonly MigrationStep[]): VersionedMigration {
  const migration: Migration = { name, description: `adds ${name} to the ledger`, collections: ['ledger'], steps };
  return { migration, checksum: checksumOf(name) };
}

export const first = migrationOf('0001-first', [ledgerStep('a'), ledgerStep('b')]);
export const second = migrationOf('0002-second', [ledgerStep('c'), ledgerStep('d')]);
