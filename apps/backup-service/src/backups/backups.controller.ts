import { backupCreate, BackupCreatePayload } from '@lucid/jobs/contracts/backup-create';
import { toJobView, type JobView } from '@lucid/jobs/job-record';
import { JobService } from '@lucid/jobs/job-service';
import { RequireRole } from '@lucid/service-kit/access/route-access';
import { Destructive } from '@lucid/service-kit/protection/destructive';
import { BackupView } from '@lucid/service-kit/backups/backup-view';
import { PageQuery, type Page } from '@lucid/service-kit/http/page';
import { JobRequests } from '@lucid/service-kit/jobs/job-requests.service';
import { ApiPage } from '@lucid/service-kit/openapi/answer-types';
import { Problems } from '@lucid/service-kit/openapi/problems';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BackupRequests } from './backup-requests.service.ts';
import { BACKUP_JOB, type BackupJobView } from './backups.dto.ts';
import { BackupsService } from './backups.service.ts';

function withJobId(job: JobView): BackupJobView {
  return { job_id: job.id, ...job };
}

/** The service's own endpoints; a job has the same id here as under `/api/v1/jobs`. */
@ApiTags('backups')
@Controller()
@RequireRole('viewer')
export class BackupsController {
  constructor(
    private readonly backups: BackupsService,
    private readonly possible: BackupRequests,
    private readonly requests: JobRequests,
    private readonly jobs: JobService,
  ) {}

  /** Starts a backup: 202 and its job. */
  @Post('backup')
  @RequireRole('operator')
  @HttpCode(202)
  @ApiAcceptedResponse(BACKUP_JOB)
  @Problems(
    'REPOSITORY_NOT_FOUND',
    'REPOSITORY_MISMATCH',
    'BACKUP_DISABLED',
    'BACKUP_SCOPE_EMPTY',
    'BACKUP_ENGINE_UNSUPPORTED',
  )
  async create(
    @Body() body: BackupCreatePayload,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<BackupJobView> {
    await this.possible.assertPossible(body);
    return withJobId(await this.requests.accept(backupCreate, body, request, reply));
  }

  /** The job of a backup. */
  @Get('backup/:jobId')
  @ApiOkResponse(BACKUP_JOB)
  @Problems('JOB_NOT_FOUND')
  async get(@Param('jobId') jobId: string): Promise<BackupJobView> {
    return withJobId(toJobView(await this.jobs.get(jobId)));
  }

  /** Cancels the backup: at once while it waits, within 5 s while it runs. */
  @Delete('backup/:jobId')
  @Destructive(false)
  @RequireRole('operator')
  @HttpCode(202)
  @ApiAcceptedResponse(BACKUP_JOB)
  @Problems('JOB_NOT_FOUND', 'JOB_FINISHED')
  async remove(@Param('jobId') jobId: string): Promise<BackupJobView> {
    return withJobId(toJobView(await this.jobs.cancel(jobId)));
  }

  /** Backups, newest first. */
  @Get('backups')
  @ApiPage(BackupView)
  @Problems('BAD_CURSOR')
  list(@Query() query: PageQuery): Promise<Page<BackupView>> {
    return this.backups.list(query);
  }
}
