import { Topology } from '@lucid/clients/mongodb/wire/topology';
import { AppError } from '@lucid/core/app-error';
import type { EngineTls } from '@lucid/clients/engine-tls';
import type { SnapshotWriter } from '@lucid/archive/snapshot-types';
import type { CaptureContext, CaptureOutcome, CaptureScope, EngineCapture } from '../capture-port.ts';
import type { CaptureSink, MongodbCapturePlan } from './capture-plan.ts';
import type { MongodbManifest } from './manifest.ts';
import { captureReplicaSet } from './replica-set-capture.ts';
import { captureShards } from './sharded-capture.ts';

export interface MongodbCaptureOptions {
  readonly uri: string;
  readonly tls?: EngineTls;
  readonly controlDatabase: string;
  /** The member that the last backup read (`readingMember` of its manifest): reading it again makes the chunks repeat. */
  readonly preferredMember?: () => Promise<string | undefined>;
  /** Bytes a second at most; undefined: as fast as it goes. */
  readonly readLimit?: number | undefined;
}

/** MongoDB as it was at one cluster time, read from one member while everybody writes on. */
export class MongodbCapture implements EngineCapture {
  readonly engine = 'mongodb';
  private readonly options: MongodbCaptureOptions;

  constructor(options: MongodbCaptureOptions) {
    this.options = options;
  }

  async capture(scope: CaptureScope, sink: SnapshotWriter, context: CaptureContext): Promise<CaptureOutcome> {
    const manifest = await captureMongodb({ ...scope, ...this.options }, sink, context);
    assertComplete(scope, namespacesOf(manifest));
    return {
      manifest,
      namespaces: namespacesOf(manifest),
      documents: documentsOf(manifest),
      consistentAt: new Date(manifest.tend.t * 1000),
      warnings: [],
    };
  }
}

/** As `MongodbCapture.capture`; the manifest is what `manifest.ts` describes. */
export async function captureMongodb(
  plan: MongodbCapturePlan & Pick<MongodbCaptureOptions, 'preferredMember' | 'readLimit'>,
  sink: CaptureSink,
  context: CaptureContext,
): Promise<MongodbManifest> {
  const topology = new Topology(plan.uri, plan.tls);
  const shards = await topology.shards();
  if (shards) return captureShards(topology, shards, { plan, sink, context, readLimit: plan.readLimit });
  const preferred = await plan.preferredMember?.();
  return captureReplicaSet(topology, { plan, sink, context, readLimit: plan.readLimit }, preferred);
}

/** @throws AppError BACKUP_SCOPE_EMPTY where a collection that was named is not there: leaving it out unseen would be worse */
function assertComplete({ database, collections = [] }: CaptureScope, captured: readonly string[]): void {
  const missing = collections.filter((name) => !captured.includes(`${database}.${name}`));
  if (missing.length === 0) return;
  throw new AppError('BACKUP_SCOPE_EMPTY', `There is no ${missing.slice(0, 10).join(', ')} in ${database}.`);
}

function documentsOf({ collections, shards }: MongodbManifest): number {
  const own = collections.reduce((sum, { documents }) => sum + documents, 0);
  return (shards ?? []).reduce((sum, { part }) => sum + documentsOf(part), own);
}

/** What a user sees: the time-series collection, not its buckets. */
function namespacesOf({ collections, views, shards }: MongodbManifest): string[] {
  if (shards) return [...new Set(shards.flatMap(({ part }) => namespacesOf(part)))].sort();
  const names = collections.map(
    ({ database, collection }) => `${database}.${collection.replace(/^system\.buckets\./, '')}`,
  );
  return [...names, ...views.map(({ database, name }) => `${database}.${name}`)].sort();
}
