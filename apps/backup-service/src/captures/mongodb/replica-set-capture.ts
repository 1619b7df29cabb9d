import type { Topology } from '@lucid/clients/mongodb/wire/topology';
import type { WireConnection } from '@lucid/clients/mongodb/wire/wire-connection';
import { AppError, isAppError } from '@lucid/core/app-error';
import { TokenBucket } from '@lucid/clients/object-store/token-bucket';
import type { CaptureContext } from '../capture-port.ts';
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
import { type CollectionRead, PACED_BURST_MS, readCollections } from './read-collections.ts';
import { ReadingMember } from './reading-member.ts';
import { changesCatalogue, settleCatalogue } from './settle.ts';

/** More than two did not help on two cores: the reading member and the codec are the limit. */
const PARALLEL_READS = 2;
/** Of one replica set, perhaps as one of the shards of a cluster. */
export interface Capture {
  readonly plan: MongodbCapturePlan;
  readonly sink: CaptureSink;
  readonly context: CaptureContext;
  readonly readLimit?: number | undefined;
  /** The time at which this capture ends, for the one at which it could; never before that. */
  readonly agreeEnd?: (earliest: ClusterTime) => Promise<ClusterTime>;
}

/** @throws AppError CAPTURE_RESTARTED where the member that is read fails or changes */
export async function captureReplicaSet(
  topology: Topology,
  capture: Capture,
  preferred?: string,
): Promise<MongodbManifest> {
  const name = await topology.chooseReadingMember(preferred);
  const connections: WireConnection[] = [];
  let member: ReadingMember | undefined;
  try {
    member = await ReadingMember.open(topology, name);
    for (let count = 0; count < PARALLEL_READS; count += 1) connections.push(await topology.connect(name));
    return await captureFrom(member, connections, capture);
  } catch (error) {
    throw asRestart(error, capture.context.signal);
  } finally {
    for (const connection of connections) connection.close();
    member?.close();
  }
}

async function captureFrom(
  member: ReadingMember,
  connections: readonly WireConnection[],
  { plan, sink, context, readLimit, agreeEnd }: Capture,
): Promise<MongodbManifest> {
  const { signal, logger } = context;
  const t0 = await member.start(signal);
  await member.assertOplogReaches(t0, signal);
  const listedAt = await member.applied(signal);
  const listing = await listCatalogue(member.connection, plan, signal);
  if (!agreeEnd && listing.collections.length + listing.views.length === 0 && plan.database !== undefined) {
    throw new AppError('BACKUP_SCOPE_EMPTY', 'MongoDB has no such database or collection.');
  }
  const pace = readLimit === undefined ? undefined : new TokenBucket(readLimit, context.clock, PACED_BURST_MS);
  const reads = await readCollections(connections, listing.collections, { member, t0, sink, context, pace });
  await context.beforeEnd?.();
  const settled = await settleCatalogue(member, plan, signal);
  const { catalogue } = settled;
  const tend = agreeEnd ? await agreeEnd(settled.tend) : settled.tend;
  if (tend !== settled.tend) await holdUntil(member, plan, { from: settled.tend, to: tend }, signal);
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

/** Waits for a later end. @throws AppError CAPTURE_RESTARTED where the catalogue changes until then, TIMEOUT */
async function holdUntil(
  member: ReadingMember,
  plan: MongodbCapturePlan,
  window: { from: ClusterTime; to: ClusterTime },
  signal: AbortSignal,
): Promise<void> {
  await member.reach(window.to, signal);
  if (await changesCatalogue(member, window, plan, signal))
    throw new AppError('CAPTURE_RESTARTED', 'Collections or indexes changed before the common end of all shards.');
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
