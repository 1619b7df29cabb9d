import { TokenBucket } from '@lucid/clients/object-store/token-bucket';
import { Topology } from '@lucid/clients/mongodb/wire/topology';
import type { WireConnection } from '@lucid/clients/mongodb/wire/wire-connection';
import { AppError, isAppError } from '@lucid/core/app-error';
import type { EngineTls } from '@lucid/clients/engine-tls';
import type { SnapshotWriter } from '@lucid/archive/snapshot-types';
import type { CaptureContext, CaptureOutcome, CaptureScope, EngineCapture } from '../capture-port.ts';
import type { CaptureSink, MongodbCapturePlan } from './capture-plan.ts';
import { captureOplog } from './capture-oplog.ts';
import { type CatalogueCollection, listCatalogue } from './catalogue.ts';
import {
  type ClusterTime,
  type CollectionManifest,
  compareClusterTimes,
  MONGODB_MANIFEST_FORMAT,
  type MongodbManifest,
} from './manifest.ts';
import { type OplogCommands, scanCommands } from './oplog-commands.ts';
import { type CollectionRead, readCollections } from './read-collections.ts';
import { ReadingMember } from './reading-member.ts';
import { settleCatalogue } from './settle.ts';

/** More than two did not help on two cores: the reading member and the codec are the limit. */
const PARALLEL_READS = 2;

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
      documents: manifest.collections.reduce((sum, { documents }) => sum + documents, 0),
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
  const name = await topology.chooseReadingMember(await plan.preferredMember?.());
  const connections: WireConnection[] = [];
  let member: ReadingMember | undefined;
  try {
    member = await ReadingMember.open(topology, name);
    for (let count = 0; count < PARALLEL_READS; count += 1) connections.push(await topology.connect(name));
    return await captureFrom(member, connections, { plan, sink, context, readLimit: plan.readLimit });
  } catch (error) {
    throw asRestart(error, context.signal);
  } finally {
    for (const connection of connections) connection.close();
    member?.close();
  }
}

/** @throws AppError BACKUP_SCOPE_EMPTY where a collection that was named is not there: leaving it out unseen would be worse */
function assertComplete({ database, collections = [] }: CaptureScope, captured: readonly string[]): void {
  const missing = collections.filter((name) => !captured.includes(`${database}.${name}`));
  if (missing.length === 0) return;
  throw new AppError('BACKUP_SCOPE_EMPTY', `There is no ${missing.slice(0, 10).join(', ')} in ${database}.`);
}

/** What a user sees: the time-series collection, not its buckets. */
function namespacesOf({ collections, views }: MongodbManifest): string[] {
  const names = collections.map(
    ({ database, collection }) => `${database}.${collection.replace(/^system\.buckets\./, '')}`,
  );
  return [...names, ...views.map(({ database, name }) => `${database}.${name}`)].sort();
}

interface Capture {
  readonly plan: MongodbCapturePlan;
  readonly sink: CaptureSink;
  readonly context: CaptureContext;
  readonly readLimit: number | undefined;
}

async function captureFrom(
  member: ReadingMember,
  connections: readonly WireConnection[],
  { plan, sink, context, readLimit }: Capture,
): Promise<MongodbManifest> {
  const { signal, logger } = context;
  const t0 = await member.start(signal);
  await member.assertOplogReaches(t0, signal);
  const listedAt = await member.applied(signal);
  const listing = await listCatalogue(member.connection, plan, signal);
  if (listing.collections.length + listing.views.length === 0 && plan.database !== undefined) {
    throw new AppError('BACKUP_SCOPE_EMPTY', 'MongoDB has no such database or collection.');
  }
  const pace = readLimit === undefined ? undefined : new TokenBucket(readLimit, context.clock);
  const reads = await readCollections(connections, listing.collections, { member, t0, sink, context, pace });
  await context.beforeEnd?.();
  const { catalogue, tend } = await settleCatalogue(member, plan, signal);
  await context.afterEnd?.();
  await member.assertOplogReaches(t0, signal);
  const uuids = new Set(catalogue.collections.map(({ uuid }) => uuid));
  const commands = await scanCommands(member, { from: t0, to: tend }, uuids, signal);
  const collections = catalogue.collections.map((one) => toManifest(one, reads.get(one.uuid), commands, listedAt));
  const oplog = await captureOplog(member, { t0, tend, uuids, commands }, sink, signal);
  await member.assertNoRollback();
  logger.info({ t0, tend, collections: collections.length, oplogEntries: oplog.entries }, 'MongoDB is captured');
  const { views, timeSeries, accounts } = catalogue;
  const isFull = plan.database === undefined;
  return { ...(await describeServer(member)), t0, tend, isFull, collections, timeSeries, views, ...accounts, oplog };
}

/** @throws AppError CAPTURE_RESTARTED where the documents of this collection are neither in a stream nor in the oplog */
function toManifest(
  collection: CatalogueCollection,
  read: CollectionRead | undefined,
  commands: OplogCommands,
  listedAt: ClusterTime,
): CollectionManifest {
  const wasRenamed = (until: ClusterTime): boolean =>
    (commands.renamed.get(collection.uuid) ?? []).some(
      (at) => compareClusterTimes(at, listedAt) > 0 && compareClusterTimes(at, until) <= 0,
    );
  if (read?.isComplete && !wasRenamed(read.endedAt)) {
    const { stream, documents, bytes } = read;
    return { ...collection, stream, documents, bytes };
  }
  if (commands.created.has(collection.uuid)) return { ...collection, stream: null, documents: 0, bytes: 0 };
  throw new AppError('CAPTURE_RESTARTED', 'A collection was renamed before it was read.');
}

async function describeServer(
  member: ReadingMember,
): Promise<
  Pick<MongodbManifest, 'format' | 'serverVersion' | 'featureCompatibilityVersion' | 'replicaSet' | 'readingMember'>
> {
  const { connection } = member;
  const { version } = await connection.command('admin', { buildInfo: 1 });
  const parameter = await connection.command('admin', { getParameter: 1, featureCompatibilityVersion: 1 });
  const { config } = await connection.command('admin', { replSetGetConfig: 1 });
  return {
    format: MONGODB_MANIFEST_FORMAT,
    serverVersion: String(version),
    featureCompatibilityVersion: String(parameter.featureCompatibilityVersion.version),
    replicaSet: { name: String(config._id), id: String(config.settings.replicaSetId) },
    readingMember: connection.address,
  };
}

/** Once reading has begun, a member that fails means: again from the start, perhaps from another member. */
function asRestart(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (!isAppError(error, 'MONGODB_UNAVAILABLE') && !isAppError(error, 'TIMEOUT')) return error;
  return new AppError('CAPTURE_RESTARTED', 'The member that was read failed or changed.', { cause: error });
}
