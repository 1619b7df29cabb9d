import type { MigrationDownPayload, MigrationResult, MigrationUpPayload } from '@lucid/jobs/contracts/migration';
import { degraded, type Degraded, type JobContext } from '@lucid/jobs/job-handler';
import { InjectMainDatabase } from '@lucid/service-kit/tokens';
import { Injectable } from '@nestjs/common';
import type { Db } from 'mongodb';
import { BackupFirst } from '../backups/backup-first.ts';
import type { MigrationLock } from './migration-run.ts';
import { MigrationsService, type BackupTaker } from './migrations.service.ts';

type Outcome = Promise<MigrationResult | Degraded<MigrationResult>>;

/** Migrations as a job: its lease is the lock, its worker's death is what the journal of the steps is for. */
@Injectable()
export class MigrateFlow {
  constructor(
    private readonly migrations: MigrationsService,
    private readonly backups: BackupFirst,
    @InjectMainDatabase() private readonly database: Db,
  ) {}

  async up(context: JobContext<MigrationUpPayload>): Outcome {
    const { to, backup = true } = context.payload;
    return judged(await this.migrations.up(lockOf(context), to, backup ? this.taker(context) : null));
  }

  async down(context: JobContext<MigrationDownPayload>): Outcome {
    const { to, steps, backup = true } = context.payload;
    return judged(await this.migrations.down(lockOf(context), { to, steps }, backup ? this.taker(context) : null));
  }

  private taker(context: JobContext): BackupTaker {
    const scope = { database: this.database.databaseName };
    return (collections) => this.backups.take({ ...scope, collections }, `before ${context.job.id}`, context);
  }
}

/** What could not be undone is never shown as success. */
function judged(result: MigrationResult): MigrationResult | Degraded<MigrationResult> {
  return result.left.length > 0 ? degraded(result) : result;
}

function lockOf({ job, signal, fencingToken, assertHeld, progress }: JobContext): MigrationLock {
  return {
    ...{ fencingToken, runBy: job.id, signal, assertHeld },
    progress: (phase, done, total) => progress({ phase, done, total, unit: 'steps' }),
  };
}
