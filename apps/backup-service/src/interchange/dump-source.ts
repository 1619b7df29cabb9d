import type { DumpMetadata } from '@lucid/clients/mongodb/dump-folder-metadata';

/** What a namespace of a dump is to the import. */
export type DumpRole = 'collection' | 'timeseries' | 'view' | 'oplog' | 'users' | 'roles' | 'skipped';

export interface DumpNamespace {
  readonly role: DumpRole;
  readonly database: string;
  /** As a user sees it, whatever its data are called. */
  readonly collection: string;
  readonly metadata: DumpMetadata;
}

export type DumpPart =
  | {
      readonly kind: 'documents';
      readonly namespace: DumpNamespace;
      readonly documents: Buffer;
      readonly count: number;
    }
  | { readonly kind: 'end'; readonly namespace: DumpNamespace };

/** What mongodump wrote, whatever the form. */
export interface DumpSource {
  readonly format: 'archive' | 'folder';
  /** Empty where the dump does not tell. */
  readonly serverVersion: string;
  readonly namespaces: readonly DumpNamespace[];
  /** All data in the order of the dump, those of several namespaces perhaps interleaved. To be called once. @throws AppError DUMP_INVALID */
  parts(): AsyncIterable<DumpPart>;
  /** Gives it up. May be called twice. */
  close(): Promise<void>;
}

export const NO_METADATA: DumpMetadata = { collectionName: null, options: {}, indexes: [], uuid: null };

const SYSTEM_DATABASES = ['admin', 'config', 'local'];

/** @param controlDatabase the suite's own records, which no backup holds */
export function roleOf(
  database: string,
  collection: string,
  { options }: DumpMetadata,
  controlDatabase: string,
): DumpRole {
  if (database === '') return collection === 'oplog' ? 'oplog' : 'skipped';
  if (database === 'admin' && collection === 'system.users') return 'users';
  if (database === 'admin' && collection === 'system.roles') return 'roles';
  if (SYSTEM_DATABASES.includes(database) || database === controlDatabase) return 'skipped';
  if (collection.startsWith('$') || (collection.startsWith('system.') && collection !== 'system.js')) return 'skipped';
  if (options['viewOn'] !== undefined) return 'view';
  return options['timeseries'] === undefined ? 'collection' : 'timeseries';
}
