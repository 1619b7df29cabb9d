import { AppError, isAppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import {
  replicaSetAddMember,
  type ReplicaSetAddMemberPayload,
  type ReplicaSetAddMemberResult,
} from '@lucid/jobs/contracts/replica-set-add-member';
import type { JobContext } from '@lucid/jobs/job-handler';
import { InjectClock } from '@lucid/service-kit/tokens';
import { Injectable } from '@nestjs/common';
import { ClusterChanges, type HeldLease } from '../cluster/cluster-changes.service.ts';
import { joiningMember, wantedMember, withMember, withoutMember, withSettings } from './member-changes.ts';
import { memberHost } from './member-host.ts';
import { MemberArrival } from './member-arrival.ts';
import { reconfigure } from './reconfigure.ts';
import { ReplicaSetRepository } from './replica-set.repository.ts';
import { findMember, nextMemberId, type MemberConfig, type ReplicaSetConfig } from './replica-set-config.ts';
import { ReplicaSetService } from './replica-set.service.ts';

type Context = JobContext<ReplicaSetAddMemberPayload>;

const UNDO_TRIES = 20;
const UNDO_PAUSE_MS = 3_000;
const INTEND = 'intend';
const JOIN = 'join';
const PROMOTE = 'promote';

/**
 * Adds a member as MongoDB advises: without a vote, then, once it is SECONDARY and has caught up, with the votes and the priority
 * asked for. What it is going to add is stored before it is added; so a run after a crash knows its own member, and goes on. A
 * member that does not come up, a cancel and a time-out take it out again.
 */
@Injectable()
export class AddMemberFlow {
  constructor(
    private readonly service: ReplicaSetService,
    private readonly repository: ReplicaSetRepository,
    private readonly changes: ClusterChanges,
    private readonly arrival: MemberArrival,
    @InjectClock() private readonly clock: Clock,
  ) {}

  /** @throws AppError MEMBER_NOT_READY (it is out again), RECONFIGURATION_REFUSED, MONGODB_UNAVAILABLE, LEASE_HELD */
  async run(context: Context): Promise<ReplicaSetAddMemberResult> {
    try {
      return await this.add(context);
    } catch (error) {
      if (!goesOn(context, error)) await this.undo(context);
      throw error;
    }
  }

  private async add(context: Context): Promise<ReplicaSetAddMemberResult> {
    const { payload, steps, signal } = context;
    signal.throwIfAborted();
    const host = memberHost(payload.host);
    const memberId = await steps.run(INTEND, () => this.service.assertAddable(payload));
    const wanted = wantedMember(memberId, host, payload);
    context.progress({ phase: 'join', done: 0, total: null, unit: 'seconds' });
    await steps.run(JOIN, () => this.join(context, wanted));
    const state = await this.arrival.wait(context, wanted);
    context.progress({ phase: 'promote', done: 0, total: null, unit: 'seconds' });
    const configVersion = await steps.run(PROMOTE, () => this.promote(context, wanted));
    const { votes = 1, priority = 1 } = wanted;
    return { host, memberId, state, votes, priority, configVersion };
  }

  private join(context: Context, wanted: MemberConfig): Promise<number> {
    return this.change(context, 'replica-set.add-member', wanted, (config) => {
      const present = findMember(config, wanted.host);
      if (present && present._id === wanted._id) return undefined;
      if (present) throw new AppError('RECONFIGURATION_REFUSED', 'somebody else added this member in the meantime');
      if (nextMemberId(config) > wanted._id)
        throw new AppError('RECONFIGURATION_REFUSED', 'other members were added in the meantime: ask again');
      return withMember(config, joiningMember(wanted));
    });
  }

  private promote(context: Context, wanted: MemberConfig): Promise<number> {
    const { votes, priority } = wanted;
    return this.change(context, 'replica-set.give-votes', wanted, (config) => {
      assertPresent(config, wanted);
      return withSettings(config, wanted._id, { votes: votes === 0 ? 0 : 1, priority: priority ?? 1 });
    });
  }

  /** Takes out what this job put in, if it stands there. Nothing to do before the intent was stored. */
  private async undo(context: Context): Promise<void> {
    const memberId = context.steps.get<number>(INTEND);
    if (memberId === undefined || context.steps.has(PROMOTE)) return;
    const host = memberHost(context.payload.host);
    for (let left = UNDO_TRIES; ; left -= 1) {
      try {
        await this.takeOut(context, memberId, host);
        return;
      } catch (error) {
        context.logger.warn({ err: error, left }, 'the member that was not to stay is still in the set');
        if (left === 0) return;
        await this.clock.sleep(UNDO_PAUSE_MS);
      }
    }
  }

  private async takeOut({ job: run }: Context, memberId: number, host: string): Promise<void> {
    const isOurs = (config: ReplicaSetConfig): boolean => findMember(config, host)?._id === memberId;
    if (!isOurs((await this.repository.config()).config)) return;
    const action = { action: 'replica-set.undo-add-member', resource: `replica-set/members/${host}`, run };
    await this.changes.run(action, (lease) => {
      const change = (config: ReplicaSetConfig) => (isOurs(config) ? withoutMember(config, memberId) : undefined);
      return reconfigure({ repository: this.repository, clock: this.clock, lease, change });
    });
  }

  private async change(
    context: Context,
    action: string,
    { host }: MemberConfig,
    change: (config: ReplicaSetConfig) => ReplicaSetConfig | undefined,
  ): Promise<number> {
    const config = await this.changes.run(
      { action, resource: `replica-set/members/${host}`, run: context.job },
      (lease) => {
        // Both: the lease of the configuration, and that this run still has the job.
        const assertHeld = async (): Promise<void> => {
          context.signal.throwIfAborted();
          await context.assertHeld();
          await lease.assertHeld();
        };
        const held: HeldLease = { assertHeld };
        return reconfigure({ repository: this.repository, clock: this.clock, lease: held, change });
      },
    );
    return config.version;
  }
}

/** Another run takes this up: it was handed over, waits for the lease, or is tried again. */
function goesOn({ signal, job }: Context, error: unknown): boolean {
  const reason: unknown = signal.aborted ? signal.reason : error;
  if (!isAppError(reason)) return false;
  if (['JOB_INTERRUPTED', 'LEASE_LOST', 'LEASE_HELD'].includes(reason.code)) return true;
  return !signal.aborted && reason.retryable && job.attempts < replicaSetAddMember.attempts;
}

function assertPresent(config: ReplicaSetConfig, { host, _id }: MemberConfig): void {
  if (findMember(config, host)?._id === _id) return;
  throw new AppError('RECONFIGURATION_REFUSED', 'somebody took the member out while it was being added');
}
