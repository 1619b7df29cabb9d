import { createHash } from 'node:crypto';
import { listRaw } from '@lucid/clients/mongodb/wire/command-cursor';
import type { ShardAddress, Topology } from '@lucid/clients/mongodb/wire/topology';
import { AppError } from '@lucid/core/app-error';
import type { CaptureSink, MongodbCapturePlan } from './capture-plan.ts';
import {
  type ClusterManifest,
  type ClusterTime,
  compareClusterTimes,
  MONGODB_MANIFEST_FORMAT,
  type MongodbManifest,
  OPLOG_STREAM,
  type ShardManifest,
} from './manifest.ts';
import { type Capture, captureReplicaSet } from './replica-set-capture.ts';
import { shardingOf } from './cluster/sharding-catalogue.ts';
import { keepDocument } from './ordered-documents.ts';

const CONFIG_COLLECTIONS = ['shards', 'databases', 'collections', 'tags'];

/**
 * Captures a sharded cluster: each shard as the replica set it is, with an oplog of its own, all of them ended at one common cluster
 * time: the latest at which any of them could end. No chunk may move meanwhile; the balancer is not touched, but what it did is seen.
 * @throws AppError CAPTURE_RESTARTED where a chunk, a shard key, a zone or a shard changed under it
 */
export async function captureShards(
  router: Topology,
  shards: readonly ShardAddress[],
  capture: Capture,
): Promise<MongodbManifest> {
  const { context, plan, sink } = capture;
  const before = await describeCluster(router, plan, context.signal);
  const failure = new AbortController();
  const signal = AbortSignal.any([context.signal, failure.signal]);
  const [read, end] = [new Meeting<void>(shards.length, signal), new Meeting<ClusterTime>(shards.length, signal)];
  // What has to wait for the last document waits for the last one of all shards, and is done once.
  const beforeEnd = read.all(() => context.beforeEnd?.() ?? Promise.resolve());
  const ended = end.all(() => context.afterEnd?.() ?? Promise.resolve());
  const captureShard = async (shard: ShardAddress): Promise<ShardManifest> => {
    const shardSink = prefixed(sink, shard.id);
    const own = { ...context, signal, beforeEnd: () => read.arrive(undefined, beforeEnd), afterEnd: () => ended };
    const agreeEnd = async (earliest: ClusterTime): Promise<ClusterTime> =>
      latestOf(await end.arrive(earliest).then(() => end.arrived));
    const part = await captureReplicaSet(router.ofShard(shard), {
      ...capture,
      plan,
      sink: shardSink,
      context: own,
      agreeEnd,
    });
    return { id: shard.id, part: withPrefix(part, shard.id) };
  };
  const running = shards.map((shard) =>
    captureShard(shard).catch((error: unknown) => {
      failure.abort(error);
      throw error;
    }),
  );
  await Promise.allSettled(running);
  if (failure.signal.aborted) throw failure.signal.reason;
  const parts = await Promise.all(running);
  const after = await describeCluster(router, plan, context.signal);
  if (JSON.stringify(before) !== JSON.stringify(after))
    throw new AppError('CAPTURE_RESTARTED', 'A chunk moved, or the sharding changed, while the shards were read.');
  const isEmpty = parts.every(({ part }) => part.collections.length + part.views.length === 0);
  if (isEmpty && plan.database !== undefined)
    throw new AppError('BACKUP_SCOPE_EMPTY', 'MongoDB has no such database or collection.');
  return toManifest(parts, after);
}

/** A place where all shards wait for the last one. */
class Meeting<T> {
  readonly arrived: T[] = [];
  private readonly complete: Promise<void>;
  private open: () => void = () => undefined;

  constructor(
    private readonly expected: number,
    signal: AbortSignal,
  ) {
    this.complete = new Promise((resolve, reject) => {
      this.open = resolve;
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
    this.complete.catch(() => undefined); // whoever waits sees it
  }

  async arrive(value: T, then: Promise<void> = this.complete): Promise<void> {
    this.arrived.push(value);
    if (this.arrived.length === this.expected) this.open();
    await then;
  }

  /** Done once when all are there. */
  all(action: () => Promise<void>): Promise<void> {
    const done = this.complete.then(action);
    done.catch(() => undefined);
    return done;
  }
}

function latestOf(times: readonly ClusterTime[]): ClusterTime {
  return times.reduce((latest, time) => (compareClusterTimes(time, latest) > 0 ? time : latest));
}

async function describeCluster(
  router: Topology,
  plan: MongodbCapturePlan,
  signal: AbortSignal,
): Promise<ClusterManifest> {
  const connection = await router.connectSeed();
  const read = (find: string): Promise<Buffer[]> =>
    listRaw(connection, 'config', { find, sort: { _id: 1 } }, { signal });
  try {
    const config: ClusterManifest['config'] = {};
    const found: Record<string, Buffer[]> = {};
    for (const name of [...CONFIG_COLLECTIONS, 'chunks']) found[name] = await read(name);
    for (const name of CONFIG_COLLECTIONS) {
      const kept = (found[name] ?? []).map(keepDocument);
      config[name] = kept.map(({ ejson, bson }) => ({ ejson, ...(bson !== undefined && { bson }) }));
    }
    const chunks = createHash('sha256');
    for (const chunk of found['chunks'] ?? []) chunks.update(chunk);
    return { config, chunksSha256: chunks.digest('hex'), sharding: shardingOf(found, plan) };
  } finally {
    connection.close();
  }
}

function prefixOf(id: string): string {
  return `shards/${id}/`;
}

function prefixed(sink: CaptureSink, id: string): CaptureSink {
  return { openStream: (name, options) => sink.openStream(`${prefixOf(id)}${name}`, options) };
}

function withPrefix(part: MongodbManifest, id: string): MongodbManifest {
  const collections = part.collections.map((one) => ({
    ...one,
    stream: one.stream === null ? null : `${prefixOf(id)}${one.stream}`,
  }));
  return { ...part, collections, oplog: { ...part.oplog, stream: `${prefixOf(id)}${part.oplog.stream}` } };
}

function toManifest(shards: readonly ShardManifest[], cluster: ClusterManifest): MongodbManifest {
  const [first] = shards;
  if (!first) throw new AppError('ENGINE_UNSUITABLE', 'The sharded cluster has no shards.');
  const { serverVersion, featureCompatibilityVersion, tend } = first.part;
  const starts = shards.map(({ part }) => part.t0);
  return {
    format: MONGODB_MANIFEST_FORMAT,
    ...{ serverVersion, featureCompatibilityVersion, tend },
    replicaSet: { name: '', id: '' },
    readingMember: '',
    t0: starts.reduce((oldest, time) => (compareClusterTimes(time, oldest) < 0 ? time : oldest)),
    // A recovery window needs one oplog; a cluster has one for each shard.
    isFull: false,
    ...{ collections: [], timeSeries: [], views: [], users: [], roles: [] },
    oplog: { stream: OPLOG_STREAM, entries: 0, bytes: 0 },
    shards: [...shards],
    cluster,
  };
}
