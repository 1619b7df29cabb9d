import { toMongoAppError } from '@lucid/clients/mongodb/connection';
import { AppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import type { ReplicaSetAddMemberPayload } from '@lucid/jobs/contracts/replica-set-add-member';
import type { JobContext } from '@lucid/jobs/job-handler';
import { InjectClock } from '@lucid/service-kit/tokens';
import { Injectable } from '@nestjs/common';
import { ReplicaSetRepository } from './replica-set.repository.ts';
import {
  ARBITER,
  lagSeconds,
  primaryOf,
  SECONDARY,
  type MemberConfig,
  type MemberStatus,
} from './replica-set-config.ts';

const LOOK_EVERY_MS = 1_000;
const DEFAULT_UNREACHABLE_SECONDS = 120;
/** Behind the primary by no more than this, a member gets its vote. */
const CAUGHT_UP_SECONDS = 10;
/** STARTUP2 (it copies), RECOVERING and ROLLBACK: it works on it. */
const ON_ITS_WAY = new Set([3, 5, 9]);

interface Look {
  /** What it does now, for people. */
  phase: string;
  isReady: boolean;
  isReachable: boolean;
  state: string;
}

/** Waits for a new member to copy the data and to catch up. */
@Injectable()
export class MemberArrival {
  constructor(
    private readonly repository: ReplicaSetRepository,
    @InjectClock() private readonly clock: Clock,
  ) {}

  /** Its state then. @throws AppError MEMBER_NOT_READY, MONGODB_UNAVAILABLE, the signal's reason */
  async wait(
    { payload, signal, progress }: JobContext<ReplicaSetAddMemberPayload>,
    member: MemberConfig,
  ): Promise<string> {
    const patienceMs = (payload.unreachableSeconds ?? DEFAULT_UNREACHABLE_SECONDS) * 1000;
    const startMs = this.clock.monotonicMs();
    let reachedMs = startMs;
    for (;;) {
      signal.throwIfAborted();
      const look = await this.look(member);
      const nowMs = this.clock.monotonicMs();
      if (look.isReady) return look.state;
      if (look.isReachable) reachedMs = nowMs;
      if (nowMs - reachedMs > patienceMs) {
        const detail = `the primary could not reach it for ${String(patienceMs / 1000)} s (${look.state}); it was taken out again: check its log, its keyFile and the name by which the others reach it`;
        throw new AppError('MEMBER_NOT_READY', detail);
      }
      progress({ phase: look.phase, done: Math.round((nowMs - startMs) / 1000), total: null, unit: 'seconds' });
      await this.clock.sleep(LOOK_EVERY_MS, signal);
    }
  }

  private async look(member: MemberConfig): Promise<Look> {
    try {
      const status = await this.repository.status();
      const found = status.members.find(({ _id }) => _id === member._id);
      return readState(found, lagOf(found, primaryOf(status), member), member);
    } catch (error) {
      // Between two primaries nobody can say; that it lasts is noticed all the same.
      if (toMongoAppError(error)?.retryable !== true) throw error;
      return { phase: 'waiting for a primary', isReady: false, isReachable: false, state: 'not known' };
    }
  }
}

function lagOf(
  found: MemberStatus | undefined,
  primary: MemberStatus | undefined,
  member: MemberConfig,
): number | null {
  return found ? lagSeconds(found, primary, member.secondaryDelaySecs) : null;
}

function readState(found: MemberStatus | undefined, lag: number | null, { arbiterOnly }: MemberConfig): Look {
  const state = found?.stateStr ?? 'not seen yet';
  const isUp = found?.health === 1;
  if (isUp && arbiterOnly === true && found.state === ARBITER)
    return { phase: 'ready', isReady: true, isReachable: true, state };
  if (isUp && found.state === SECONDARY) {
    const isReady = lag !== null && lag <= CAUGHT_UP_SECONDS;
    return { phase: isReady ? 'ready' : 'catch-up', isReady, isReachable: true, state };
  }
  return { phase: 'initial-sync', isReady: false, isReachable: isUp && ON_ITS_WAY.has(found.state), state };
}
