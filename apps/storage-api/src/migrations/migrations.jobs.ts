import { migrationDown, migrationUp } from '@lucid/jobs/contracts/migration';
import { handle } from '@lucid/jobs/job-handler';
import type { JobHandlers } from '@lucid/service-kit/jobs/job-worker.provider';
import { Injectable } from '@nestjs/common';
import { MigrateFlow } from './migrate.flow.ts';

/** Migrations that a job asks for. */
@Injectable()
export class MigrationsJobs implements JobHandlers {
  readonly handlers;

  constructor(flow: MigrateFlow) {
    this.handlers = [
      handle(migrationUp, (context) => flow.up(context)),
      handle(migrationDown, (context) => flow.down(context)),
    ];
  }
}
