import { Topology } from '@lucid/clients/mongodb/wire/topology';
import type { MongoClient } from 'mongodb';
import { MongodbRestorer } from '../captures/mongodb/mongodb-restorer.ts';
import type { RestoreInput } from '../captures/restore-port.ts';
import type { RestoreSource } from '../captures/mongodb/restore-source.ts';
import { type DisposableMongodOptions, startDisposableMongod } from './disposable-mongod.ts';
import type { ScratchDatabases } from './scratch-databases.ts';

/** Where a drill restores to. */
export interface DrillPlace {
  readonly client: MongoClient;
  readonly topology: Topology;
  readonly restorer: MongodbRestorer;
  readonly input: RestoreInput;
  /** For the restore's request; left out: under the names of the backup. */
  readonly renames?: Record<string, string>;
  /** Removes all of it. May be called twice. */
  remove(): Promise<void>;
}

/** On a server of its own; no database of a backup can have this name. */
const DRILL_CONTROL_DATABASE = 'lucid_drill_control';

/** A server that is started for the drill. */
export async function disposablePlace(options: DisposableMongodOptions, input: RestoreInput): Promise<DrillPlace> {
  const server = await startDisposableMongod(options);
  const { client, uri } = server;
  const [controlDatabase, mainDatabase] = [DRILL_CONTROL_DATABASE, DRILL_CONTROL_DATABASE];
  const restorer = new MongodbRestorer({ client, uri, controlDatabase, mainDatabase });
  return { client, topology: new Topology(uri), restorer, input, remove: () => server.stop() };
}

/** Databases of the cluster itself, under names of their own: nothing that is there is touched. */
export async function scratchPlace(
  drillId: string,
  scratch: ScratchDatabases,
  source: RestoreSource,
  cluster: Pick<DrillPlace, 'client' | 'topology' | 'restorer' | 'input'>,
): Promise<DrillPlace> {
  const namespaces = [...source.collections, ...source.views].map(({ namespace }) => namespace);
  const names = await scratch.reserve(drillId, [...new Set(namespaces.map(databaseOf))]);
  const renamed = namespaces.map((namespace) => {
    const database = databaseOf(namespace);
    return [namespace, `${names.get(database)}${namespace.slice(database.length)}`] as const;
  });
  return {
    ...cluster,
    // What only the oplog knows would come back under its own name: it is left out.
    input: { ...cluster.input, isWhole: false },
    renames: Object.fromEntries(renamed),
    remove: () => scratch.drop(drillId),
  };
}

function databaseOf(namespace: string): string {
  return namespace.split('.', 1)[0] ?? '';
}
