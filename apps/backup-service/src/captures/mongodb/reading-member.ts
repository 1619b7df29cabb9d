import type { Topology } from '@lucid/clients/mongodb/wire/topology';
import type { WireConnection } from '@lucid/clients/mongodb/wire/wire-connection';
import { AppError } from '@lucid/core/app-error';
import { type Clock, systemClock } from '@lucid/core/clock';
import { type Document, Timestamp } from 'bson';
import { type ClusterTime, compareClusterTimes } from './manifest.ts';

export function toClusterTime(value: Timestamp): ClusterTime {
  return { t: value.getHighBitsUnsigned(), i: value.getLowBitsUnsigned() };
}

export function toTimestamp(time: ClusterTime): Timestamp {
  return new Timestamp(time);
}

const MAJORITY_WAIT_MS = 60_000;
const REACH_POLL_MS = 200;

/** The member that a capture reads, and what is known of its place in time. */
export class ReadingMember {
  readonly connection: WireConnection;
  private readonly primary: WireConnection;
  private readonly rollbackId: number;
  /** The primary's signed cluster time; undefined until it was asked. */
  private gossip: Document | undefined;

  private constructor(connection: WireConnection, primary: WireConnection, rollbackId: number) {
    this.connection = connection;
    this.primary = primary;
    this.rollbackId = rollbackId;
  }

  static async open(topology: Topology, member: string): Promise<ReadingMember> {
    const connection = await topology.connect(member);
    try {
      const primary = await topology.connectPrimary();
      return new ReadingMember(connection, primary, await readRollbackId(connection));
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  close(): void {
    this.connection.close();
    this.primary.close();
  }

  /**
   * T0: the member's own majority commit point, or the start of the oldest transaction that is open or prepared in it, if
   * that is older.
   */
  async start(signal: AbortSignal): Promise<ClusterTime> {
    const hello = await this.connection.command('admin', { hello: 1 }, { signal });
    const committed = toClusterTime(hello.lastWrite.majorityOpTime.ts as Timestamp);
    const find = {
      find: 'transactions',
      filter: { startOpTime: { $exists: true } },
      sort: { 'startOpTime.ts': 1 },
      limit: 1,
    };
    const reply = await this.connection.command('config', find, { signal });
    const started = reply.cursor.firstBatch[0]?.startOpTime.ts as Timestamp | undefined;
    const oldest = started && toClusterTime(started);
    return oldest && compareClusterTimes(oldest, committed) < 0 ? oldest : committed;
  }

  /** A time not before anything that this member has applied or is applying: the primary's last write. */
  async latest(signal: AbortSignal): Promise<ClusterTime> {
    const hello = await this.primary.command('admin', { hello: 1 }, { signal, exactTypes: true });
    this.gossip = hello.$clusterTime as Document | undefined;
    if (hello.isWritablePrimary !== true) throw new AppError('MONGODB_UNAVAILABLE', 'The primary changed.');
    return toClusterTime(hello.lastWrite.opTime.ts as Timestamp);
  }

  /** What this member had surely applied when asked. */
  async applied(signal: AbortSignal): Promise<ClusterTime> {
    const hello = await this.connection.command('admin', { hello: 1 }, { signal });
    return toClusterTime(hello.lastWrite.opTime.ts as Timestamp);
  }

  /**
   * Waits until `time` is majority-committed on this member. A time that it has not heard of yet it would refuse, so the primary's
   * comes along, as drivers do it (https://github.com/mongodb/specifications/blob/master/source/sessions/driver-sessions.md, gossip).
   * @throws AppError TIMEOUT where a majority does not get there
   */
  async waitForMajority(time: ClusterTime, signal: AbortSignal): Promise<void> {
    const readConcern = { level: 'majority', afterClusterTime: toTimestamp(time) };
    const gossip = this.gossip && { $clusterTime: this.gossip };
    const find = { find: 'oplog.rs', limit: 1, readConcern, maxTimeMS: MAJORITY_WAIT_MS, ...gossip };
    await this.connection.command('local', find, { signal, timeoutMs: MAJORITY_WAIT_MS * 2 });
  }

  /**
   * Waits until `time` is past on this member by a majority, without telling it of the time: a primary writes at least a note every ten
   * seconds. @throws AppError TIMEOUT
   */
  async reach(time: ClusterTime, signal: AbortSignal, clock: Clock = systemClock): Promise<void> {
    for (const deadline = clock.monotonicMs() + MAJORITY_WAIT_MS; clock.monotonicMs() < deadline;) {
      const hello = await this.connection.command('admin', { hello: 1 }, { signal });
      if (compareClusterTimes(toClusterTime(hello.lastWrite.majorityOpTime.ts as Timestamp), time) >= 0) return;
      await clock.sleep(REACH_POLL_MS, signal);
    }
    throw new AppError('TIMEOUT', 'A shard does not reach the time of the others: check its majority and its clock.');
  }

  /** @throws AppError OPLOG_GAP where the entry at `time` has been overwritten */
  async assertOplogReaches(time: ClusterTime, signal: AbortSignal): Promise<void> {
    const find = { find: 'oplog.rs', filter: { ts: { $gte: toTimestamp(time) } }, projection: { ts: 1 }, limit: 1 };
    const first = (await this.connection.command('local', find, { signal })).cursor.firstBatch[0] as
      Document | undefined;
    if (first && compareClusterTimes(toClusterTime(first.ts as Timestamp), time) === 0) return;
    throw new AppError('OPLOG_GAP', 'The oplog was overwritten while the backup ran. Enlarge it (MONGO_OPLOG_SIZE).');
  }

  /** @throws AppError CAPTURE_RESTARTED where the member rolled back since `open` */
  async assertNoRollback(): Promise<void> {
    if ((await readRollbackId(this.connection)) === this.rollbackId) return;
    throw new AppError('CAPTURE_RESTARTED', 'The member that was read rolled back while the backup ran.');
  }
}

/** Grows with every rollback. `replSetGetRBID` is for members only; serverStatus says the same to `clusterMonitor`. */
async function readRollbackId(connection: WireConnection): Promise<number> {
  const parts = { metrics: 0, wiredTiger: 0, locks: 0, tcmalloc: 0, opLatencies: 0 };
  return Number((await connection.command('admin', { serverStatus: 1, ...parts })).repl.rbid);
}
