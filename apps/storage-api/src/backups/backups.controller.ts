import { backupCreate, BackupCreatePayload } from '@lucid/jobs/contracts/backup-create';
import { backupDelete } from '@lucid/jobs/contracts/backup-delete';
import { backupRestore } from '@lucid/jobs/contracts/backup-restore';
import type { JobView } from '@lucid/jobs/job-record';
import { RequireRole } from '@lucid/service-kit/access/route-access';
import { Destructive } from '@lucid/service-kit/protection/destructive';
import { BackupView } from '@lucid/service-kit/backups/backup-view';
import { PageQuery, type Page } from '@lucid/service-kit/http/page';
import { JobRequests } from '@lucid/service-kit/jobs/job-requests.service';
import { ApiPage } from '@lucid/service-kit/openapi/answer-types';
import { IDEMPOTENCY_KEY } from '@lucid/service-kit/openapi/headers';
import { Problems } from '@lucid/service-kit/openapi/problems';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiHeader, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BackupDeletion } from './backup-deletion.service.ts';
import { BackupDeletionPlan, DeleteBackupQuery, RestoreBackupDto } from './backups.dto.ts';
import { BackupsService } from './backups.service.ts';

@ApiTags('backups')
@Controller('api/v1/backups')
@RequireRole('viewer')
export class BackupsController {
  constructor(
    private readonly backups: BackupsService,
    private readonly deletion: BackupDeletion,
    private readonly jobs: JobRequests,
  ) {}

  /** Backups, newest first. */
  @Get()
  @ApiPage(BackupView)
  @Problems('BAD_CURSOR')
  list(@Query() query: PageQuery): Promise<Page<BackupView>> {
    return this.backups.list(query);
  }

  /** A backup, with what is known of its soundness. */
  @Get(':id')
  @ApiOkResponse({ type: BackupView })
  @Problems('BACKUP_NOT_FOUND')
  get(@Param('id') id: string): Promise<BackupView> {
    return this.backups.get(id);
  }

  /** Starts a backup: 202 and the job that makes it; its result names the backup. */
  @Post('create')
  @Problems('REPOSITORY_NOT_FOUND', 'BACKUP_SCOPE_EMPTY', 'BACKUP_ENGINE_UNSUPPORTED')
  @RequireRole('operator')
  @HttpCode(202)
  async create(
    @Body() body: BackupCreatePayload,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobView> {
    await this.backups.assertPossible(body);
    await this.backups.assertThere(body);
    return this.jobs.accept(backupCreate, body, request, reply);
  }

  /** Starts a restore, or with `dryRun` its plan: 202 and the job. */
  @Post(':id/restore')
  @Destructive()
  @Problems('BACKUP_NOT_FOUND', 'RESTORE_REFUSED', 'BACKUP_SCOPE_EMPTY', 'BACKUP_ENGINE_UNSUPPORTED')
  @RequireRole('backup-admin')
  @HttpCode(202)
  async restore(
    @Param('id') id: string,
    @Body() body: RestoreBackupDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobView> {
    const backup = await this.backups.restorable(id, body);
    return this.jobs.accept(backupRestore, { ...body, backupId: backup.id }, request, reply);
  }

  /** Removes a backup: 202 and the job; with `dryRun` 200 and what would be removed. Refused while it is held, used or the last good one. */
  @Delete(':id')
  @ApiHeader(IDEMPOTENCY_KEY)
  @Problems('BACKUP_NOT_FOUND', 'BACKUP_HELD', 'BACKUP_LAST_VERIFIED', 'BACKUP_IN_USE')
  @RequireRole('backup-admin')
  @HttpCode(202)
  @ApiAcceptedResponse()
  @ApiOkResponse({ type: BackupDeletionPlan, description: 'With dryRun' })
  async remove(
    @Param('id') id: string,
    @Query() { dryRun, confirm }: DeleteBackupQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobView | BackupDeletionPlan> {
    const plan = await this.deletion.plan(id, confirm);
    if (dryRun !== 'true') {
      return this.jobs.accept(backupDelete, { backupId: id, ...(confirm && { confirm }) }, request, reply);
    }
    void reply.status(200);
    return plan;
  }
}
