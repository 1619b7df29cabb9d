import { toMongoAppError } from '@lucid/clients/mongodb/connection';
import { AppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import { InjectClock } from '@lucid/service-kit/tokens';
import { Injectable } from '@nestjs/common';
import { MongoServerError } from 'mongodb';
import type { HeldLease } from '../cluster/cluster-changes.service.ts';
import { assertAllowed, type Finding } from '../cluster/findings.ts';
import { checkStepDown } from './member-changes.ts';
import { ReplicaSetRepository } from './replica-set.repository.ts';
import { primaryOf } from './replica-set-config.ts';

export interface StepDownOptions {
  /** For which the former primary is not elected again. */
  seconds: number;
  /** How far behind a successor may be, and how long the server waits for it. */
  catchUpSeconds: number;
  /** Only if this member is primary; any without it. */
  from?: string;
}

export interface SteppedDown {
  formerPrimary: string;
  primary: string;
}

export interface StepDownPlan {
  primary: string | null;
  findings: Finding[];
}

const POLL_MS = 200;
/** Beyond the catching-up: an election by time-out takes 10 s by default, and may have to be repeated. */
const ELECTION_MS = 40_000;
const EXCEEDED_TIME_LIMIT = 262;

/**
 * Lets the primary step down and waits until another one takes writes. One command; whoever dies while waiting leaves a set that has
 * elected by itself. Back again: step the new one down, or give the former one a higher priority.
 */
@Injectable()
export class StepDownFlow {
  constructor(
    private readonly repository: ReplicaSetRepository,
    @InjectClock() private readonly clock: Clock,
  ) {}

  /** Looks only. @throws AppError VALIDATION_FAILED, CONFLICT (`from` is not primary) */
  async plan({ seconds, catchUpSeconds, from }: StepDownOptions): Promise<StepDownPlan> {
    if (catchUpSeconds >= seconds) {
      const errors = [{ pointer: '/catchUpSeconds', code: 'TOO_LARGE', message: 'must be less than seconds' }];
      throw new AppError('VALIDATION_FAILED', 'catchUpSeconds must be less than seconds', { errors });
    }
    const [status, { config }] = await Promise.all([this.repository.status(), this.repository.config()]);
    const primary = primaryOf(status)?.name ?? null;
    if (from !== undefined && primary?.toLowerCase() !== from.toLowerCase())
      throw new AppError('CONFLICT', 'the member named in `from` is not primary (any more): look again');
    return { primary, findings: checkStepDown(config, status, { catchUpSeconds }) };
  }

  /** @throws AppError STEP_DOWN_REFUSED, CONFLICT, LEASE_LOST, TIMEOUT (no new primary yet), MONGODB_UNAVAILABLE */
  async run(options: StepDownOptions, lease: HeldLease): Promise<SteppedDown> {
    const { primary: formerPrimary, findings } = await this.plan(options);
    assertAllowed(findings, 'STEP_DOWN_REFUSED');
    await lease.assertHeld();
    try {
      await this.repository.stepDown(options.seconds, options.catchUpSeconds);
    } catch (error) {
      if (!isAnswerLost(error)) throw toRefusal(error);
    }
    return { formerPrimary: formerPrimary ?? '', primary: await this.successor(formerPrimary, options) };
  }

  private async successor(former: string | null, { catchUpSeconds }: StepDownOptions): Promise<string> {
    const deadline = this.clock.monotonicMs() + catchUpSeconds * 1000 + ELECTION_MS;
    for (;;) {
      const primary = await this.repository.writablePrimary().catch((error: unknown) => {
        if (toMongoAppError(error)?.retryable !== true) throw error;
        return undefined;
      });
      if (primary !== undefined && primary !== former) return primary;
      if (this.clock.monotonicMs() > deadline) {
        const detail =
          'the primary was asked to step down, and nobody else has become primary yet: look at GET /api/v1/database/replica-set';
        throw new AppError('TIMEOUT', detail);
      }
      await this.clock.sleep(POLL_MS);
    }
  }
}

/** A primary that goes may cut the connection before it answers: what became of it shows soon. */
function isAnswerLost(error: unknown): boolean {
  return !(error instanceof MongoServerError) && toMongoAppError(error)?.retryable === true;
}

function toRefusal(error: unknown): unknown {
  if (error instanceof MongoServerError && Number(error.code) === EXCEEDED_TIME_LIMIT) {
    const detail =
      'no electable secondary caught up in time: the primary stays; wait, or allow more with catchUpSeconds';
    return new AppError('STEP_DOWN_REFUSED', detail, { cause: error });
  }
  return toMongoAppError(error) ?? error;
}
