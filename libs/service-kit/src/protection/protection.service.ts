import { AppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import { Injectable } from '@nestjs/common';
import { InjectClock } from '../tokens.ts';
import { ProtectionRepository, type ProtectionState } from './protection.repository.ts';

/** How long a service trusts what it has read, and so how late it hears of a switch made at another one. */
const TRUSTED_MS = 5_000;

const NEVER_SWITCHED: ProtectionState = { isProtected: false, reason: null, changedAt: null, changedBy: null };

/** Protected mode of the cluster: while it is on, what destroys something is refused with 423. */
@Injectable()
export class Protection {
  private known: { state: ProtectionState; untilMs: number } | undefined;

  constructor(
    private readonly repository: ProtectionRepository,
    @InjectClock() private readonly clock: Clock,
  ) {}

  /** @throws AppError MONGODB_UNAVAILABLE */
  async read(): Promise<ProtectionState> {
    return this.remember((await this.repository.find()) ?? NEVER_SWITCHED);
  }

  /** At once here, within 5 s at the other services. @throws AppError MONGODB_UNAVAILABLE */
  async write(isProtected: boolean, reason: string | null, changedBy: string): Promise<ProtectionState> {
    const state: ProtectionState = { isProtected, reason, changedAt: this.clock.now(), changedBy };
    await this.repository.store(state);
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
