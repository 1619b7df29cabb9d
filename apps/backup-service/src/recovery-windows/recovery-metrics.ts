import type { Clock } from '@lucid/core/clock';
import { InjectClock } from '@lucid/service-kit/tokens';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Gauge, Registry } from 'prom-client';
import { DEFAULT_REPOSITORY } from '../repositories/repositories.service.ts';
import type { CaptureState } from './oplog-capture.ts';
import { OplogCaptureService } from './oplog-capture.service.ts';
import { type Recoverable, RecoveryWindowsService } from './recovery-windows.service.ts';

interface Figures {
  readonly recoverable: Recoverable;
  readonly state: CaptureState | undefined;
}

/** Gauge → its help and its value; undefined leaves the series out. Zero stands for never, so that an alert can see it. */
const GAUGES: Record<string, { help: string; value: (figures: Figures) => number | undefined }> = {
  lucid_backup_recovery_window_start_timestamp_seconds: {
    help: 'First moment of the newest recovery window of MongoDB, Unix time; 0 where there is none',
    value: ({ recoverable }) => recoverable.windows.at(-1)?.start.t ?? 0,
  },
  lucid_backup_recovery_window_end_timestamp_seconds: {
    help: 'Last moment of the newest recovery window of MongoDB, Unix time; 0 where there is none',
    value: ({ recoverable }) => recoverable.windows.at(-1)?.end.t ?? 0,
  },
  lucid_backup_recovery_gaps: {
    help: 'Gaps and divisions between the recovery windows that are kept',
    value: ({ recoverable }) => recoverable.gaps.length,
  },
  lucid_backup_oplog_capture_active: {
    help: '1 where this process captures the oplog without trouble, else 0',
    value: ({ state }) => state && Number(state.isHolder && state.failure === undefined),
  },
  lucid_backup_oplog_capture_lag_seconds: {
    help: 'Time of the cluster that is not in the repository yet',
    value: ({ state }) => (state?.isHolder ? lagSeconds(state) : undefined),
  },
  lucid_backup_oplog_last_slice_timestamp_seconds: {
    help: 'When the last oplog slice was stored, Unix time; 0 for never',
    value: ({ state }) => (state?.isHolder ? (state.lastSliceAt?.getTime() ?? 0) / 1_000 : undefined),
  },
};

const FRESH_MS = 15_000;

/** Seconds of cluster time between the newest it has heard of and what is stored. */
export function lagSeconds({ durable, latest }: CaptureState): number | undefined {
  return durable && latest ? Math.max(0, latest.t - durable.t) : undefined;
}

/** Windows and capture on the metrics page. The repository is read at most every quarter of a minute. */
@Injectable()
export class RecoveryMetrics implements OnModuleInit {
  private cached: { atMs: number; recoverable: Promise<Recoverable> } | undefined;

  constructor(
    private readonly registry: Registry,
    private readonly windows: RecoveryWindowsService,
    private readonly capture: OplogCaptureService,
    @InjectClock() private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    for (const [name, { help, value }] of Object.entries(GAUGES)) {
      const gauge = new Gauge({
        name,
        help,
        labelNames: ['repository'],
        registers: [this.registry],
        collect: async () => {
          gauge.reset();
          const figure = value({ recoverable: await this.recoverable(), state: this.capture.state });
          if (figure !== undefined) gauge.set({ repository: DEFAULT_REPOSITORY }, figure);
        },
      });
    }
  }

  /** A repository that cannot be read leaves no window to promise; it must not take the whole page along. */
  private recoverable(): Promise<Recoverable> {
    const atMs = this.clock.monotonicMs();
    if (!this.cached || atMs - this.cached.atMs > FRESH_MS) {
      const recoverable = this.windows.read().catch(() => ({ windows: [], gaps: [] }));
      this.cached = { atMs, recoverable };
    }
    return this.cached.recoverable;
  }
}
