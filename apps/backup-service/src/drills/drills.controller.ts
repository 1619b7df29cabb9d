import { backupDrill } from '@lucid/jobs/contracts/backup-drill';
import type { JobView } from '@lucid/jobs/job-record';
import { JobService } from '@lucid/jobs/job-service';
import { RequireRole } from '@lucid/service-kit/access/route-access';
import { Problems } from '@lucid/service-kit/openapi/problems';
import { PageQuery } from '@lucid/service-kit/http/page';
import { JobRequests } from '@lucid/service-kit/jobs/job-requests.service';
import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BackupsService } from '../backups/backups.service.ts';
import { DrillBackupDto, DrillPage, toDrillView } from './drills.dto.ts';

@ApiTags('assurance')
@Controller('api/v1')
@RequireRole('viewer')
export class DrillsController {
  constructor(
    private readonly backups: BackupsService,
    private readonly jobs: JobService,
    private readonly requests: JobRequests,
  ) {}

  /** Restores the backup into a place of its own, compares it and throws it away: 202 and the job. */
  @Post('backups/:id/drills')
  @Problems('BACKUP_NOT_FOUND', 'REPOSITORY_NOT_FOUND')
  @RequireRole('backup-admin')
  @HttpCode(202)
  @ApiAcceptedResponse()
  async create(
    @Param('id') id: string,
    @Body() body: DrillBackupDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobView> {
    const backup = await this.backups.get(id);
    this.backups.assertRepository(body.repository);
    return this.requests.accept(backupDrill, { ...body, backupId: backup.id }, request, reply);
  }

  /** Drills, newest first. */
  @Get('drills')
  @Problems('BAD_CURSOR')
  @ApiOkResponse({ type: DrillPage })
  async list(@Query() query: PageQuery): Promise<DrillPage> {
    const { items, limit, nextCursor } = await this.jobs.list({ ...query, name: backupDrill.name });
    return { items: items.map(toDrillView), page: { limit, nextCursor } };
  }
}
