import type { CheckResult } from '@lucid/archive/maintenance-types';
import { AppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import type {
  BackupVerifySamplePayload,
  BackupVerifySampleResult,
  SampledRepository,
} from '@lucid/jobs/contracts/backup-verify-sample';
import { degraded, type Degraded, type JobContext } from '@lucid/jobs/job-handler';
import { InjectClock } from '@lucid/service-kit/tokens';
import { Inject, Injectable } from '@nestjs/common';
import { BACKUP_CONFIG, type BackupConfig } from '../config.ts';
import { RepositoriesService } from '../repositories/repositories.service.ts';
import { afterSample, nextSample } from './sample-part.ts';
import { SampleProgressRepository } from './sample-progress.ts';

/** The parts follow one another by the order of the chunks' hashes: it must stay the same from run to run. */
const SEED = 0;

/** Reads the next part of each repository's chunks, decompressed and compared with their ids. */
@Injectable()
export class VerifySampleFlow {
  constructor(
    private readonly repositories: RepositoriesService,
    @Inject(BACKUP_CONFIG) private readonly config: BackupConfig,
    private readonly progress: SampleProgressRepository,
    @InjectClock() private readonly clock: Clock,
  ) {}

  /**
   * Where something is wrong the position stays: the next run finds it again. Every repository is looked at before the first defect ends the job.
   * @throws AppError CHUNK_CORRUPT, CHUNK_MISSING …
   */
  async run(
    context: JobContext<BackupVerifySamplePayload>,
  ): Promise<BackupVerifySampleResult | Degraded<BackupVerifySampleResult>> {
    const { repository } = context.payload;
    const startedAt = this.clock.now();
    const names = repository === undefined ? this.repositories.names() : [repository];
    const read: SampledRepository[] = [];
    let failure: unknown;
    for (const name of names) {
      if (repository === undefined) await context.acquire(`verify-sample:${name}`);
      try {
        read.push(await this.sample(context, name));
      } catch (error) {
        context.signal.throwIfAborted();
        if (names.length === 1) throw error;
        context.logger.error({ err: error, repository: name }, 'the sample of a repository failed');
        failure ??= error;
      }
    }
    if (failure) throw failure;
    const [first] = read as [SampledRepository];
    const away = this.repositories.list().map((one) => one.definition.name);
    const unreachable = repository === undefined ? away.filter((name) => !names.includes(name)) : [];
    const total = (of: (one: SampledRepository) => number): number => read.reduce((sum, one) => sum + of(one), 0);
    const result = {
      ...{ repository: first.repository, fraction: first.fraction, repositories: read, unreachable },
      chunks: total(({ chunks }) => chunks),
      readChunks: total(({ readChunks }) => readChunks),
      storedBytes: total(({ storedBytes }) => storedBytes),
      damagedBackups: 0,
      startedAt: startedAt.toISOString(),
      finishedAt: this.clock.now().toISOString(),
    };
    return unreachable.length > 0 ? degraded(result) : result;
  }

  private async sample(context: JobContext<BackupVerifySamplePayload>, name: string): Promise<SampledRepository> {
    const { days = this.config.verifyDays } = context.payload;
    const now = this.clock.now();
    const part = nextSample(await this.progress.find(name), now, days);
    const checked = await this.repositories.get(name).check({
      level: 'plaintext',
      sample: { ...part, seed: SEED },
      signal: context.signal,
      onProgress: ({ phase, done, total }) => context.progress({ phase, done, total, unit: 'chunks' }),
    });
    assertSound(checked);
    await context.assertHeld();
    await this.progress.set(name, { position: afterSample(part), ranAt: now });
    const { chunks, readChunks, storedBytes } = checked;
    return { repository: name, fraction: part.fraction, chunks, readChunks, storedBytes };
  }
}

/** @throws AppError with the code of the first defect, naming the backups */
function assertSound({ damaged }: CheckResult): void {
  const [first] = damaged;
  if (!first) return;
  const backups = [...new Set(damaged.map(({ snapshotId }) => snapshotId))];
  const shown = backups.slice(0, 10).join(', ');
  const more = backups.length > 10 ? ` and ${backups.length - 10} more` : '';
  throw new AppError(first.code, `damaged: ${shown}${more}; check and repair the repository`);
}
