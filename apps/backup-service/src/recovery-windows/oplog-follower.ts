import type { Topology } from '@lucid/clients/mongodb/wire/topology';
import type { WireConnection } from '@lucid/clients/mongodb/wire/wire-connection';
import { AppError } from '@lucid/core/app-error';
import type { Document, Timestamp } from 'bson';
import { type ClusterTime, compareClusterTimes } from '../captures/mongodb/manifest.ts';
import { parseTimedEntry, readOplogBatches } from '../captures/mongodb/oplog-window.ts';
import { ReadingMember, toClusterTime, toTimestamp } from '../captures/mongodb/reading-member.ts';
import type { OplogPosition } from './slice-cutter.ts';

export interface ReplicaSetIdentity {
  /** `settings.replicaSetId` in hex: the same for the life of the set, whatever its members are. */
  readonly id: string;
  readonly name: string;
}

/** Reads the oplog of one member, majority-committed entries only. After an error it is of no more use: open another. */
export class OplogFollower {
  private constructor(
    private readonly topology: Topology,
    private readonly connection: WireConnection,
    readonly replicaSet: ReplicaSetIdentity,
  ) {}

  /** @param member `host:port` as the set names it. @throws AppError MONGODB_UNAVAILABLE, TIMEOUT */
  static async open(topology: Topology, member: string): Promise<OplogFollower> {
    const connection = await topology.connect(member);
    try {
      const { config } = await connection.command('admin', { replSetGetConfig: 1 });
      const replicaSet = { id: String(config.settings.replicaSetId), name: String(config._id) };
      return new OplogFollower(topology, connection, replicaSet);
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  get member(): string {
    return this.connection.address;
  }

  close(): void {
    this.connection.close();
  }

  /** `committed`: this member's majority commit point · `latest`: the newest time it has heard of, from whomever. */
  async times(signal: AbortSignal): Promise<{ committed: ClusterTime; latest: ClusterTime }> {
    const hello = await this.connection.command('admin', { hello: 1 }, { signal });
    const committed = toClusterTime(hello.lastWrite.majorityOpTime.ts as Timestamp);
    const known = (hello.$clusterTime as { clusterTime: Timestamp } | undefined)?.clusterTime;
    const latest = known ? toClusterTime(known) : committed;
    return { committed, latest: compareClusterTimes(latest, committed) < 0 ? committed : latest };
  }

  /** Where a new chain begins: before everything that has not committed yet. */
  async startOfChain(signal: AbortSignal): Promise<OplogPosition> {
    const member = await ReadingMember.open(this.topology, this.member);
    try {
      const { t, i } = await member.start(signal);
      return { ts: { t, i: i - 1 }, term: undefined };
    } finally {
      member.close();
    }
  }

  /**
   * The entries after `position` up to `to`, which is majority-committed here: whole ones in each buffer, valid until the next. @throws AppError OPLOG_GAP where the entry at
   * `position` is no longer there, or is not the one that was read
   */
  async *entries(position: OplogPosition, to: ClusterTime, signal: AbortSignal): AsyncGenerator<Buffer> {
    let [isFirst, isExpected] = [true, position.term !== undefined];
    for await (const batch of readOplogBatches(this.connection, { from: position.ts, to }, signal)) {
      if (!isFirst) {
        yield batch;
        continue;
      }
      isFirst = false;
      const first = parseTimedEntry(batch.subarray(0, batch.readInt32LE(0)));
      const isAtPosition = compareClusterTimes(first.ts, position.ts) === 0;
      if (isExpected && !(isAtPosition && first.term === position.term)) throw await this.broken(position, signal);
      isExpected = false;
      yield isAtPosition ? batch.subarray(first.bytes.length) : batch;
    }
    if (isExpected) throw await this.broken(position, signal);
  }

  /** Bytes that the oplog may take. */
  async oplogLimitBytes(signal: AbortSignal): Promise<number> {
    const stats = await this.connection.command('local', { collStats: 'oplog.rs' }, { signal });
    return Number(stats.maxSize);
  }

  /** Does the oplog hold everything after `time`? */
  async reachesBackTo(time: ClusterTime, signal: AbortSignal): Promise<boolean> {
    const find = { find: 'oplog.rs', sort: { $natural: 1 }, projection: { ts: 1 }, limit: 1 };
    const [oldest] = (await this.connection.command('local', find, { signal })).cursor.firstBatch as Document[];
    return oldest !== undefined && compareClusterTimes(toClusterTime(oldest.ts as Timestamp), time) <= 0;
  }

  private async broken({ ts }: OplogPosition, signal: AbortSignal): Promise<AppError> {
    const isOver = !(await this.reachesBackTo(ts, signal));
    return new AppError(
      'OPLOG_GAP',
      isOver
        ? 'The oplog was overwritten before it was captured. Enlarge it (MONGO_OPLOG_SIZE), and keep backup-service running.'
        : 'The oplog no longer holds what was captured: the replica set was rolled back, or restored from elsewhere.',
    );
  }
}

/**
 * Which member to read: at the first attempt the one that a capture reads, a secondary where there is one; at each further one the
 * next. @throws AppError MONGODB_UNAVAILABLE
 */
export async function chooseMember(topology: Topology, attempt: number): Promise<string> {
  if (attempt === 0) return topology.chooseReadingMember();
  const { members } = await topology.view();
  const next = members[attempt % members.length];
  if (next !== undefined) return next;
  throw new AppError('MONGODB_UNAVAILABLE', 'No member of the replica set can be read.');
}

/** A member whose oplog still holds the entry at `position`; members that do not answer count as if they did not. */
export async function findMemberWith(
  topology: Topology,
  { ts, term }: OplogPosition,
  signal: AbortSignal,
): Promise<string | undefined> {
  for (const member of (await topology.view()).members) {
    const connection = await topology.connect(member).catch(() => undefined);
    try {
      const find = { find: 'oplog.rs', filter: { ts: toTimestamp(ts) }, projection: { t: 1 }, limit: 1 };
      const reply = await connection?.command('local', find, { signal });
      const [entry] = (reply?.cursor.firstBatch ?? []) as Document[];
      if (entry && Number(entry.t) === term) return member;
    } catch {
      signal.throwIfAborted();
    } finally {
      connection?.close();
    }
  }
  return undefined;
}
