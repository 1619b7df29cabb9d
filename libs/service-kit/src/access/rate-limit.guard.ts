import type { Clock } from '@lucid/core/clock';
import { currentContext } from '@lucid/core/request-context';
import { Injectable, type CanActivate } from '@nestjs/common';
import type { CommonConfig } from '../settings.ts';
import { InjectClock, InjectConfig } from '../tokens.ts';
import { RateLimit } from './rate-limit.ts';

/** Counts the requests of each key. It comes after the AccessGuard: what needs no key, health and metrics, has no limit. */
@Injectable()
export class RateLimitGuard implements CanActivate {
  private readonly limit: RateLimit;

  constructor(@InjectConfig() config: CommonConfig, @InjectClock() clock: Clock) {
    this.limit = new RateLimit(config.rateLimitPerSecond, clock);
  }

  canActivate(): boolean {
    const actor = currentContext()?.actor;
    if (actor) this.limit.take(actor.id);
    return true;
  }
}
