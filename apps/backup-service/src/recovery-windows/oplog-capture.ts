import type { Repository } from '@lucid/archive/repository';
import type { SliceLink, SliceLog, SliceRange } from '@lucid/archive/slice-types';
import type { JsonValue } from '@lucid/archive/snapshot-types';
import type { Topology } from '@lucid/clients/mongodb/wire/topology';
import { AppError, isAppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import { LEASE_HEARTBEAT_MS, type Lease, type LeaseStore } from '@lucid/core/lease';
import type { Logger } from '@lucid/core/logger';
import { type ClusterTime, compareClusterTimes } from '../captures/mongodb/manifest.ts';
import { documentsOf } from '../captures/mongodb/oplog-bson.ts';
import { chooseMember, findMemberWith, OplogFollower } from './oplog-follower.ts';
import { endOfGaps, metaOf, openChain, readChains, type StoredChains } from './slice-chains.ts';
import { type OplogPosition, SliceCutter, type SliceMeta } from './slice-cutter.ts';

export interface OplogCaptureOptions {
  readonly repository: Pick<Repository, 'slices'>;
  /** The lease is `pitr:<repositoryName>`. */
  readonly repositoryName: string;
  readonly topology: Topology;
  readonly leases: LeaseStore;
  readonly holder: string;
  readonly controlDatabase: string;
  readonly sliceBytes: number;
  readonly sliceSeconds: number;
  readonly clock: Clock;
  readonly logger: Logger;
  /** A chain has ended and a new one begins at `next`. Awaited before the first slice of the new one; may be told twice. */
  onBroken(log: SliceLog, broken: { end: ClusterTime; next: ClusterTime; reason: string }): Promise<void>;
  /** After the start, and after each slice, which is `stored` then. */
  onSlice?(log: SliceLog, stored?: SliceRange): Promise<void>;
}

/** What can be seen of the capture from outside. */
export interface CaptureState {
  /** Is it this process that captures? */
  isHolder: boolean;
  replicaSet?: string;
  member?: string;
  /** Up to here everything is in the repository. */
  durable?: ClusterTime;
  /** The newest time of the cluster that it has heard of. */
  latest?: ClusterTime;
  lastSliceAt?: Date;
  oplogLimitBytes?: number;
  /** Why it stands still; undefined while all is well. */
  failure?: string;
}

const POLL_MS = 1_000;
const RETRY_MS = 2_000;
const WAIT_FOR_LEASE_MS = 10_000;
/** The repository is another cluster's, until somebody takes it over. */
const WAIT_FOR_OWNERSHIP_MS = 60_000;
/** A member that has not reached what is stored already is given up after as many looks. */
const BEHIND_LIMIT = 30;

interface Chain {
  readonly log: SliceLog;
  readonly cutter: SliceCutter;
  last: SliceLink | null;
  /** Monotonic, of the last cut. */
  cutAtMs: number;
}

/**
 * Follows the oplog and stores it slice by slice, for as long as it holds the lease. A restart goes on exactly after the last
 * durable slice, whichever process and member; where the oplog no longer holds that place, the chain is broken and a new one begins.
 */
export class OplogCapture {
  readonly state: CaptureState = { isHolder: false };
  private attempt = 0;
  /** The member to try next, whatever the attempt. */
  private wanted: string | undefined;

  constructor(private readonly options: OplogCaptureOptions) {}

  /** Until the signal is aborted; then it stores what it has and returns. Never throws. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, logger } = this.options;
    while (!signal.aborted) {
      let waitMs = WAIT_FOR_LEASE_MS;
      try {
        await this.hold(signal);
      } catch (error) {
        if (isAppError(error, 'REPOSITORY_OWNED')) waitMs = WAIT_FOR_OWNERSHIP_MS;
        if (!signal.aborted && !isAppError(error, 'LEASE_HELD')) {
          this.state.failure = isAppError(error) ? error.code : 'INTERNAL';
          logger.warn({ err: error }, 'the capture of the oplog stopped; it begins again');
        }
      }
      await clock.sleep(waitMs, signal).catch(() => undefined);
    }
  }

  /** Captures under the lease. @throws AppError LEASE_HELD, LEASE_LOST, REPOSITORY_OWNED */
  private async hold(signal: AbortSignal): Promise<void> {
    const { leases, repositoryName, holder, clock, logger } = this.options;
    const lease = await leases.acquire(`pitr:${repositoryName}`, holder);
    const lost = new AbortController();
    const stop = clock.every(LEASE_HEARTBEAT_MS, () => {
      lease.heartbeat().catch((error: unknown) => {
        if (isAppError(error, 'LEASE_LOST')) lost.abort(error);
      });
    });
    this.state.isHolder = true;
    try {
      const either = AbortSignal.any([signal, lost.signal]);
      while (!either.aborted) {
        try {
          await this.follow(lease, signal, either);
        } catch (error) {
          if (either.aborted || isAppError(error, 'LEASE_LOST') || isAppError(error, 'REPOSITORY_OWNED')) throw error;
          this.state.failure = isAppError(error) ? error.code : 'INTERNAL';
          logger.warn({ err: error, attempt: this.attempt }, 'the oplog cannot be followed; trying another member');
          this.attempt += 1;
        }
        await clock.sleep(RETRY_MS, either).catch(() => undefined);
      }
      lost.signal.throwIfAborted();
    } finally {
      stop();
      this.state.isHolder = false;
      await lease.release().catch(() => undefined); // it goes stale by itself
    }
  }

  /** One member, until it fails or `signal` says that the lease is gone. On `stopping` the entries in hand are stored. */
  private async follow(lease: Lease, stopping: AbortSignal, signal: AbortSignal): Promise<void> {
    const { topology } = this.options;
    const wanted = this.wanted ?? (await chooseMember(topology, this.attempt));
    this.wanted = undefined;
    const follower = await OplogFollower.open(topology, wanted);
    let chain: Chain | undefined;
    try {
      this.state.member = follower.member;
      this.state.replicaSet = follower.replicaSet.id;
      this.state.oplogLimitBytes = await follower.oplogLimitBytes(signal);
      chain = await this.resume(follower, signal);
      await this.options.onSlice?.(chain.log);
      let behind = 0;
      while (!signal.aborted) {
        const isAhead = await this.round(follower, chain, lease, signal);
        behind = isAhead ? 0 : behind + 1;
        if (behind > BEHIND_LIMIT) throw new AppError('MONGODB_UNAVAILABLE', 'The member lags behind what is stored.');
        await this.options.clock.sleep(POLL_MS, signal);
      }
    } catch (error) {
      if (stopping.aborted && chain) await this.store(follower, chain, lease);
      throw error;
    } finally {
      follower.close();
    }
  }

  /** Reads what has come since. @returns false where the member has not even reached what was read before */
  private async round(follower: OplogFollower, chain: Chain, lease: Lease, signal: AbortSignal): Promise<boolean> {
    const { clock, sliceBytes, sliceSeconds } = this.options;
    const { committed, latest } = await follower.times(signal);
    this.state.latest = latest;
    const { position } = chain.cutter;
    const order = compareClusterTimes(committed, position.ts);
    if (order > 0) {
      for await (const batch of this.entries(follower, chain, position, committed, signal)) {
        for (const entry of documentsOf(batch)) {
          chain.cutter.add(entry);
          if (chain.cutter.bytes >= sliceBytes) await this.store(follower, chain, lease);
        }
      }
    }
    if (clock.monotonicMs() - chain.cutAtMs >= sliceSeconds * 1_000) await this.store(follower, chain, lease);
    if (order >= 0) {
      this.attempt = 0;
      delete this.state.failure;
    }
    return order >= 0;
  }

  /** As `follower.entries`; a break is told to `onBroken` before it is thrown. */
  private async *entries(
    follower: OplogFollower,
    { log, last }: Chain,
    position: OplogPosition,
    to: ClusterTime,
    signal: AbortSignal,
  ): ReturnType<OplogFollower['entries']> {
    try {
      yield* follower.entries(position, to, signal);
    } catch (error) {
      if (!isAppError(error, 'OPLOG_GAP') || !last) throw error;
      // A member that was synced anew has a shorter oplog than the others.
      this.wanted = await findMemberWith(this.options.topology, position, signal);
      if (this.wanted === undefined) await this.breakChain(follower, log, last.to, error.message, signal);
      throw error;
    }
  }

  private async breakChain(
    follower: OplogFollower,
    log: SliceLog,
    end: ClusterTime,
    reason: string,
    signal: AbortSignal,
  ): Promise<void> {
    const { ts: next } = await follower.startOfChain(signal);
    await this.options.onBroken(log, { end, next, reason });
  }

  private async resume(follower: OplogFollower, signal: AbortSignal): Promise<Chain> {
    const { repository, controlDatabase, clock, logger } = this.options;
    const log = repository.slices(follower.replicaSet.id);
    const stored = await readChains(log);
    const range = openChain(stored)?.slices.at(-1);
    const cutAtMs = clock.monotonicMs();
    if (!range) {
      const start = await this.startOfChain(follower, log, stored, signal);
      logger.info({ from: start.ts, member: follower.member }, 'the capture of the oplog begins a new chain');
      delete this.state.durable;
      return { log, cutter: new SliceCutter(start, [], controlDatabase), last: null, cutAtMs };
    }
    const tail = await log.read(range);
    const { term, open } = metaOf(tail);
    this.state.durable = range.to;
    this.state.lastSliceAt = new Date(tail.header.createdAt);
    logger.info({ after: range.to, member: follower.member }, 'the capture of the oplog goes on');
    const cutter = new SliceCutter({ ts: range.to, term }, open, controlDatabase);
    return { log, cutter, last: { ...range, hash: tail.hash }, cutAtMs };
  }

  /** After a gap the new chain begins where the gap ends: the backup that was requested then must lie in it. */
  private async startOfChain(
    follower: OplogFollower,
    log: SliceLog,
    { gaps }: StoredChains,
    signal: AbortSignal,
  ): Promise<OplogPosition> {
    const end = endOfGaps(gaps);
    if (!end) return follower.startOfChain(signal);
    if (await follower.reachesBackTo(end, signal)) return { ts: end, term: undefined };
    const reason = 'The oplog was overwritten again before the first slice after a gap was stored.';
    await this.breakChain(follower, log, end, reason, signal);
    throw new AppError('OPLOG_GAP', reason);
  }

  private async store({ replicaSet }: OplogFollower, chain: Chain, lease: Lease): Promise<void> {
    const cut = chain.cutter.cut();
    chain.cutAtMs = this.options.clock.monotonicMs();
    if (!cut) return;
    const { from, to, parts, documents, term, open } = cut;
    const meta: SliceMeta = { term, replicaSet: replicaSet.name, open: [...open] };
    chain.last = await chain.log.append(parts, {
      ...{ from, to, documents, previous: chain.last },
      meta: meta as unknown as JsonValue,
      fencingToken: lease.fencingToken,
      assertHeld: () => lease.assertHeld(),
    });
    this.state.durable = to;
    this.state.lastSliceAt = this.options.clock.now();
    await this.options.onSlice?.(chain.log, { from, to });
  }
}
