import { AppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import { Injectable } from '@nestjs/common';
import type { Collection, Db } from 'mongodb';
import { InjectClock, InjectControlDatabase } from '../tokens.ts';

/** How long a service trusts what it has read, and so how late it hears of a switch made at another one. */
const TRUSTED_MS = 5_000;
const ID = 'protection';

export interface ProtectionState {
  isProtected: boolean;
  reason: string | null;
  changedAt: Date | null;
  changedBy: string | null;
}

const NEVER_SWITCHED: ProtectionState = { isProtected: false, reason: null, changedAt: null, changedBy: null };

/**
 * Protected mode of the cluster: while it is on, what destroys something is refused with 423. It stands in the control database, which
 * no restore rolls back.
 */
@Injectable()
export class Protection {
  private readonly settings: Collection<ProtectionState & { _id: string }>;
  private known: { state: ProtectionState; untilMs: number } | undefined;

  constructor(
    @InjectControlDatabase() control: Db,
    @InjectClock() private readonly clock: Clock,
  ) {
    this.settings = control.collection('settings', { writeConcern: { w: 'majority' } });
  }

  /** @throws AppError MONGODB_UNAVAILABLE */
  async read(): Promise<ProtectionState> {
    const found = await this.settings.findOne({ _id: ID }, { projection: { _id: 0 } });
    return this.remember(found ?? NEVER_SWITCHED);
  }

  /** At once here, within 5 s at the other services. @throws AppError MONGODB_UNAVAILABLE */
  async write(isProtected: boolean, reason: string | null, changedBy: string): Promise<ProtectionState> {
    const state: ProtectionState = { isProtected, reason, changedAt: this.clock.now(), changedBy };
    await this.settings.updateOne({ _id: ID }, { $set: state }, { upsert: true });
    return this.remember(state);
  }

  /** @throws AppError PROTECTED; MONGODB_UNAVAILABLE where it cannot be known: what destroys can wait */
  async assertOff(): Promise<void> {
    const { known } = this;
    const state = known && known.untilMs > this.clock.monotonicMs() ? known.state : await this.read();
    if (!state.isProtected) return;
    const reason = state.reason === null ? '' : `: ${state.reason}`;
    throw new AppError(
      'PROTECTED',
      `protected mode is on${reason}; an admin switches it off with PUT /api/v1/protection`,
    );
  }

  private remember(state: ProtectionState): ProtectionState {
    this.known = { state, untilMs: this.clock.monotonicMs() + TRUSTED_MS };
    return state;
  }
}
