import { ReadConcern, type Db, type Document, type MongoClient, type RunCommandOptions, type Timestamp } from 'mongodb';
import type { Collected, Collector } from '../collector.ts';
import { runParts } from '../parts.ts';
import { SampleSet } from '../samples.ts';
import { MONGODB_METRICS } from './mongodb-metrics.ts';
import { addReplicaSet, isReplicaSetHealthy, type ReplicaSetStatus } from './replica-set.ts';
import { addServerStatus, memberOf, type ServerStatus } from './server-status.ts';

const DEADLINE_MS = 4_000;
/** `replSetGetStatus` on a server that is not part of one. */
const NO_REPLICATION_ENABLED = 76;

/** The server's figures and the state of the replica set. With the primary lost it goes on with a secondary. */
export class MongodbCollector implements Collector {
  readonly name = 'mongodb';
  readonly engine = 'mongodb';
  readonly deadlineMs = DEADLINE_MS;
  readonly freshForMs = 0;
  readonly up = { metric: 'mongodb_up', labels: {} };
  private readonly admin: Db;
  private readonly local: Db;

  constructor(
    client: MongoClient,
    readonly database: string,
  ) {
    const readPreference = 'primaryPreferred';
    this.admin = client.db('admin', { readPreference });
    this.local = client.db('local', { readPreference, readConcern: new ReadConcern('local') });
  }

  async collect(signal: AbortSignal): Promise<Collected> {
    const set = new SampleSet(MONGODB_METRICS);
    const ask = (command: Document): Promise<Document> => this.admin.command(command, this.options(signal));
    await ask({ ping: 1 });
    let healthy = true;
    const problems = await runParts({
      server_status: async () => {
        const status = (await ask({ serverStatus: 1, opLatencies: { histograms: true } })) as ServerStatus;
        addServerStatus(set, status);
        const member = memberOf(status);
        const { fsUsedSize, fsTotalSize } = await ask({ dbStats: 1 });
        set.add('mongodb_filesystem_used_bytes', fsUsedSize, { member });
        set.add('mongodb_filesystem_size_bytes', fsTotalSize, { member });
      },
      replica_set: async () => {
        const status = await replicaSetStatus(ask);
        if (!status) return;
        addReplicaSet(set, status);
        healthy = isReplicaSetHealthy(status);
      },
      oplog: () => this.addOplog(set, signal),
    });
    return { samples: set.samples, health: healthy ? 1 : 0.5, problems };
  }

  private async addOplog(set: SampleSet<typeof MONGODB_METRICS>, signal: AbortSignal): Promise<void> {
    const [oldest, newest] = await Promise.all([this.oplogEntry(1, signal), this.oplogEntry(-1, signal)]);
    if (!oldest || !newest) return;
    set.add('mongodb_mongod_replset_oplog_tail_timestamp', oldest.ts.getHighBits());
    set.add('mongodb_mongod_replset_oplog_head_timestamp', newest.ts.getHighBits());
    set.add('mongodb_oplog_window_seconds', newest.ts.getHighBits() - oldest.ts.getHighBits());
  }

  /** The first or the last entry in natural order, which is the order of time. */
  private oplogEntry(order: 1 | -1, signal: AbortSignal): Promise<{ ts: Timestamp } | null> {
    return this.local
      .collection<{ ts: Timestamp }>('oplog.rs')
      .findOne({}, { projection: { _id: 0, ts: 1 }, sort: { $natural: order }, timeoutMS: DEADLINE_MS, signal });
  }

  private options(signal: AbortSignal): RunCommandOptions & { signal: AbortSignal } {
    // timeoutMS travels to the server as maxTimeMS, so that a command given up here ends there too.
    return { timeoutMS: DEADLINE_MS, signal };
  }
}

async function replicaSetStatus(ask: (command: Document) => Promise<Document>): Promise<ReplicaSetStatus | undefined> {
  try {
    return (await ask({ replSetGetStatus: 1 })) as ReplicaSetStatus;
  } catch (error) {
    if ((error as { code?: unknown }).code === NO_REPLICATION_ENABLED) return undefined;
    throw error;
  }
}
