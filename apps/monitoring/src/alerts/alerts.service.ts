import type { Clock } from '@lucid/core/clock';
import type { Logger } from '@lucid/core/logger';
import { InjectClock, InjectLogger } from '@lucid/service-kit/tokens';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { CollectionService } from '../collectors/collection.service.ts';
import { allSamples } from '../metrics/collection-metrics.ts';
import { evaluate, type AlertState, type AlertStates } from './alert-evaluation.ts';
import { SEVERITIES } from './alert-rule.ts';
import { ALERT_RULES } from './alert-rules.ts';

/** Judges the rules after each round of collections. States live in memory: after a restart a rule waits its time again. */
@Injectable()
export class AlertsService implements OnModuleInit {
  private states: AlertStates = new Map();
  private at: Date | null = null;

  constructor(
    private readonly collections: CollectionService,
    @InjectClock() private readonly clock: Clock,
    @InjectLogger() private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.collections.onCollected(() => this.evaluate());
  }

  /** When the rules were last judged; null before the first collection. */
  get evaluatedAt(): Date | null {
    return this.at;
  }

  /** What fires or is about to, the worst and oldest first. */
  list(): AlertState[] {
    const rank = ({ rule, state }: AlertState): number =>
      SEVERITIES.indexOf(rule.severity) + (state === 'firing' ? 0 : SEVERITIES.length);
    return [...this.states.values()].sort((a, b) => rank(a) - rank(b) || a.since.getTime() - b.since.getTime());
  }

  private evaluate(): void {
    const before = this.states;
    this.at = this.clock.now();
    this.states = evaluate(ALERT_RULES, allSamples(this.collections.latest()), before, this.at);
    for (const [key, { rule, labels, value, state }] of this.states) {
      if (state === 'firing' && before.get(key)?.state !== 'firing') {
        this.logger.warn({ alert: rule.id, severity: rule.severity, labels, value }, 'alert fires');
      }
    }
    for (const [key, { rule, labels, state }] of before) {
      if (state === 'firing' && !this.states.has(key)) this.logger.info({ alert: rule.id, labels }, 'alert is over');
    }
  }
}
