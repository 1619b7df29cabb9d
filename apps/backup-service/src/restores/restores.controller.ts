import { backupRestore, BackupRestorePayload } from '@lucid/jobs/contracts/backup-restore';
import type { JobView } from '@lucid/jobs/job-record';
import { RequireRole } from '@lucid/service-kit/access/route-access';
import { Destructive } from '@lucid/service-kit/protection/destructive';
import { Problems } from '@lucid/service-kit/openapi/problems';
import { JobRequests } from '@lucid/service-kit/jobs/job-requests.service';
import { Body, Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BackupRequests } from '../backups/backup-requests.service.ts';

/** The restore of storage-api, here too: whoever has lost everything needs no other service to bring it back. */
@ApiTags('restores')
@Controller('api/v1/restores')
export class RestoresController {
  constructor(
    private readonly possible: BackupRequests,
    private readonly requests: JobRequests,
  ) {}

  @Post()
  @Destructive()
  @Problems(
    'BACKUP_NOT_FOUND',
    'RESTORE_REFUSED',
    'REPOSITORY_NOT_FOUND',
    'BACKUP_SCOPE_EMPTY',
    'BACKUP_ENGINE_UNSUPPORTED',
    'RECOVERY_TIME_UNAVAILABLE',
  )
  @RequireRole('backup-admin')
  @HttpCode(202)
  @ApiOperation({ summary: 'Starts a restore, or with `dryRun` its plan' })
  @ApiAcceptedResponse()
  async create(
    @Body() body: BackupRestorePayload,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobView> {
    await this.possible.assertRestorable(body);
    return this.requests.accept(backupRestore, body, request, reply);
  }
}
