import type { Clock } from '@lucid/core/clock';
import { BACKUP_ENGINES } from '@lucid/jobs/contracts/backup-create';
import type { Backup } from '@lucid/models/main/backups';
import { InjectClock } from '@lucid/service-kit/tokens';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Counter, Gauge, Registry } from 'prom-client';
import { BackupMetricsFacts } from './backup-metrics-facts.ts';
import { type BackupFigures, figuresOf } from './backup-metrics-figures.ts';
import { BACKUP_CONFIG, type BackupConfig } from './config.ts';

type Labels = Record<string, string>;
interface Series {
  readonly labels: Labels;
  readonly value: number;
}

/** Gauge → its help, its labels and its series. */
const GAUGES: Record<string, { help: string; labelNames: string[]; series: (figures: BackupFigures) => Series[] }> = {
  lucid_backup_last_success_timestamp_seconds: {
    help: 'When the last backup of the engine was finished, Unix time; 0 for never',
    labelNames: ['engine', 'repository'],
    series: ({ lastSuccess }) =>
      lastSuccess.map(({ engine, repository, at }) => ({ labels: { engine, repository }, value: at })),
  },
  lucid_backup_last_verified_timestamp_seconds: {
    help: 'When a backup, or the rotating sample, was last verified, Unix time; 0 for never',
    labelNames: ['repository'],
    series: ({ lastVerified }) => lastVerified.map(({ repository, at }) => ({ labels: { repository }, value: at })),
  },
  lucid_backup_duration_seconds: {
    help: 'How long the last backup took; 0 where there is none',
    labelNames: ['repository'],
    series: ({ durations }) => durations.map(({ repository, seconds }) => ({ labels: { repository }, value: seconds })),
  },
  lucid_backup_last_drill_timestamp_seconds: {
    help: 'When a drill last told whether a backup can be restored, Unix time; 0 for never',
    labelNames: [],
    series: ({ lastDrill }) => [{ labels: {}, value: lastDrill.at }],
  },
  lucid_backup_last_drill_success: {
    help: '1 where what the last drill restored was the backup, else 0',
    labelNames: [],
    series: ({ lastDrill }) => [{ labels: {}, value: Number(lastDrill.isOk) }],
  },
  lucid_backup_rpo_seconds: {
    help: 'What would be lost if the engine were lost now; without a backup the time since 1970',
    labelNames: ['engine'],
    series: ({ rpoSeconds }) => [...rpoSeconds].map(([engine, value]) => ({ labels: { engine }, value })),
  },
  lucid_backup_rto_seconds: {
    help: 'How long the last restore took, of a drill or in earnest; 0 where there was none',
    labelNames: ['engine'],
    series: ({ rtoSeconds }) => [...rtoSeconds].map(([engine, value]) => ({ labels: { engine }, value })),
  },
};

const FRESH_MS = 5_000;
const HOUR_SECONDS = 3_600;
/** A backup each night, and two hours for it. */
const NIGHTLY_SECONDS = 26 * HOUR_SECONDS;

/** Backups on the metrics page. The catalogue is read at most every five seconds; while it cannot be read the figures stay. */
@Injectable()
export class BackupMetrics implements OnModuleInit {
  private cached: { atMs: number; figures: Promise<BackupFigures | undefined> } | undefined;
  /** Backups whose bytes are counted; undefined until the first look, which counts none. */
  private counted: Set<string> | undefined;
  private bytes: Counter | undefined;

  constructor(
    private readonly registry: Registry,
    private readonly facts: BackupMetricsFacts,
    @Inject(BACKUP_CONFIG) private readonly config: BackupConfig,
    @InjectClock() private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    for (const [name, { help, labelNames, series }] of Object.entries(GAUGES)) {
      const gauge = new Gauge({
        name,
        help,
        labelNames,
        registers: [this.registry],
        collect: async () => {
          const figures = await this.figures();
          if (!figures) return;
          gauge.reset();
          for (const { labels, value } of series(figures)) gauge.set(labels, value);
        },
      });
    }
    this.addGoals();
    this.bytes = new Counter({
      name: 'lucid_backup_bytes_total',
      help: 'Bytes of the backups that were made since this process started: before compression, and as they were stored',
      labelNames: ['kind'],
      registers: [this.registry],
      collect: async () => void (await this.figures()),
    });
    for (const kind of ['plain', 'stored']) this.bytes.inc({ kind }, 0);
  }

  /** What the alerts compare with: an hour where the oplog is captured, else a night; none where no backup is asked for. */
  private addGoals(): void {
    const { pitrEnabled, backupSchedule, backupEnabled } = this.config;
    const goals = new Gauge({
      name: 'lucid_backup_rpo_goal_seconds',
      help: 'How much may be lost at most',
      labelNames: ['engine'],
      registers: [this.registry],
    });
    if (!backupEnabled) return;
    for (const engine of BACKUP_ENGINES) {
      if (engine === 'mongodb' && pitrEnabled) goals.set({ engine }, HOUR_SECONDS);
      else if (backupSchedule !== 'off') goals.set({ engine }, NIGHTLY_SECONDS);
    }
  }

  private figures(): Promise<BackupFigures | undefined> {
    const atMs = this.clock.monotonicMs();
    if (!this.cached || atMs - this.cached.atMs > FRESH_MS) {
      const figures = this.read().catch(() => undefined);
      this.cached = { atMs, figures };
    }
    return this.cached.figures;
  }

  private async read(): Promise<BackupFigures> {
    const facts = await this.facts.read();
    this.countBytes([...facts.backups.values()].flat());
    return figuresOf(facts);
  }

  private countBytes(backups: readonly Backup[]): void {
    const isFirst = !this.counted;
    const counted = (this.counted ??= new Set());
    for (const { _id, plain_bytes = 0, stored_bytes = 0, imported_from } of backups) {
      if (counted.has(_id)) continue;
      counted.add(_id);
      if (isFirst || imported_from) continue;
      this.bytes?.inc({ kind: 'plain' }, plain_bytes);
      this.bytes?.inc({ kind: 'stored' }, stored_bytes);
    }
  }
}
