import { backupDrill } from '@lucid/jobs/contracts/backup-drill';
import { backupVerify } from '@lucid/jobs/contracts/backup-verify';
import { backupVerifySample, BackupVerifySamplePayload } from '@lucid/jobs/contracts/backup-verify-sample';
import type { JobView } from '@lucid/jobs/job-record';
import { AppError } from '@lucid/core/app-error';
import { currentContext } from '@lucid/core/request-context';
import { isRole, roleAllows } from '@lucid/models/roles';
import { RequireRole } from '@lucid/service-kit/access/route-access';
import { Problems } from '@lucid/service-kit/openapi/problems';
import { JobRequests } from '@lucid/service-kit/jobs/job-requests.service';
import { Body, Controller, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BackupsService } from '../backups/backups.service.ts';
import { VerifyBackupDto } from './verification.dto.ts';

@ApiTags('assurance')
@Controller('api/v1')
@RequireRole('operator')
export class VerificationController {
  constructor(
    private readonly backups: BackupsService,
    private readonly requests: JobRequests,
  ) {}

  /** Checks a backup, at one of four depths: 202 and the job. */
  @Post('backups/:id/verify')
  @Problems('BACKUP_NOT_FOUND', 'REPOSITORY_NOT_FOUND')
  @HttpCode(202)
  @ApiAcceptedResponse()
  async verify(
    @Param('id') id: string,
    @Body() { level, repository }: VerifyBackupDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobView> {
    const { id: backupId } = await this.backups.get(id);
    this.backups.assertRepository(repository);
    if (level !== 'drill')
      return this.requests.accept(backupVerify, { backupId, level, ...(repository && { repository }) }, request, reply);
    assertMayDrill();
    return this.requests.accept(backupDrill, { backupId, ...(repository && { repository }) }, request, reply);
  }

  /** Reads the next part of a repository's chunks: 202 and the job. */
  @Post('verifications')
  @Problems('REPOSITORY_NOT_FOUND')
  @HttpCode(202)
  @ApiAcceptedResponse()
  create(
    @Body() body: BackupVerifySamplePayload,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobView> {
    this.backups.assertRepository(body.repository);
    return this.requests.accept(backupVerifySample, body, request, reply);
  }
}

/** A drill restores: it asks for more than the other levels do. */
function assertMayDrill(): void {
  const role = currentContext()?.actor?.role;
  if (isRole(role) && roleAllows(role, 'backup-admin')) return;
  throw new AppError('FORBIDDEN', 'the level drill needs the role backup-admin or a higher one');
}
