import type { CheckResult } from '@lucid/archive/maintenance-types';
import { AppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import type { BackupVerifySamplePayload, BackupVerifySampleResult } from '@lucid/jobs/contracts/backup-verify-sample';
import type { JobContext } from '@lucid/jobs/job-handler';
import { InjectClock } from '@lucid/service-kit/tokens';
import { Inject, Injectable } from '@nestjs/common';
import { BACKUP_CONFIG, type BackupConfig } from '../config.ts';
import { DEFAULT_REPOSITORY, RepositoriesService } from '../repositories/repositories.service.ts';
import { afterSample, nextSample } from './sample-part.ts';
import { SampleProgressRepository } from './sample-progress.ts';

/** The parts follow one another by the order of the chunks' hashes: it must stay the same from run to run. */
const SEED = 0;

/** Reads the next part of a repository's chunks, decompressed and compared with their ids. */
@Injectable()
export class VerifySampleFlow {
  constructor(
    private readonly repositories: RepositoriesService,
    @Inject(BACKUP_CONFIG) private readonly config: BackupConfig,
    private readonly progress: SampleProgressRepository,
    @InjectClock() private readonly clock: Clock,
  ) {}

  /** Where something is wrong the position stays: the next run finds it again. @throws AppError CHUNK_CORRUPT, CHUNK_MISSING … */
  async run(context: JobContext<BackupVerifySamplePayload>): Promise<BackupVerifySampleResult> {
    const { repository: name = DEFAULT_REPOSITORY, days = this.config.verifyDays } = context.payload;
    const startedAt = this.clock.now();
    const part = nextSample(await this.progress.find(name), startedAt, days);
    const checked = await this.repositories.get(name).check({
      level: 'plaintext',
      sample: { ...part, seed: SEED },
      signal: context.signal,
      onProgress: ({ phase, done, total }) => context.progress({ phase, done, total, unit: 'chunks' }),
    });
    assertSound(checked);
    await context.assertHeld();
    await this.progress.set(name, { position: afterSample(part), ranAt: startedAt });
    return {
      repository: name,
      fraction: part.fraction,
      chunks: checked.chunks,
      readChunks: checked.readChunks,
      storedBytes: checked.storedBytes,
      damagedBackups: 0,
      startedAt: startedAt.toISOString(),
      finishedAt: this.clock.now().toISOString(),
    };
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
