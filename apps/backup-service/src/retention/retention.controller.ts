import { backupExpire, BackupExpirePayload } from '@lucid/jobs/contracts/backup-expire';
import type { JobView } from '@lucid/jobs/job-record';
import { RequireRole } from '@lucid/service-kit/access/route-access';
import { Destructive } from '@lucid/service-kit/protection/destructive';
import { Problems } from '@lucid/service-kit/openapi/problems';
import { decodeCursor, encodeCursor, toPage } from '@lucid/service-kit/http/page';
import { JobRequests } from '@lucid/service-kit/jobs/job-requests.service';
import type { RetentionPolicy } from '@lucid/models/retention-policy';
import { Body, Controller, Get, HttpCode, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RepositoriesService } from '../repositories/repositories.service.ts';
import { RetentionPreview, RetentionPreviewItem, RetentionPreviewQuery } from './retention.dto.ts';
import { RetentionService, type RetentionOutlook } from './retention.service.ts';

const LIST = 'retention preview';

@ApiTags('retention')
@Controller('api/v1/retention')
@RequireRole('viewer')
export class RetentionController {
  constructor(
    private readonly retention: RetentionService,
    private readonly repositories: RepositoriesService,
    private readonly requests: JobRequests,
  ) {}

  /** What would be removed now, and why what is kept is kept; with rules in the query, what these would do instead. Removes nothing. */
  @Get('preview')
  @Problems('REPOSITORY_NOT_FOUND', 'BAD_CURSOR')
  @ApiOkResponse({ type: RetentionPreview })
  async preview(@Query() query: RetentionPreviewQuery): Promise<RetentionPreview> {
    const { repository, limit, cursor } = query;
    this.repositories.get(repository);
    const tried = triedPolicy(query);
    const outlook = await this.retention.decide(repository, tried);
    const items = toItems(outlook);
    const after = decodeCursor(LIST, cursor);
    const begin = after ? items.findIndex(({ backupId }) => backupId === after.id) + 1 : 0;
    const cursorOf = (last: RetentionPreviewItem): string =>
      encodeCursor(LIST, { at: last.createdAt.toISOString(), id: last.backupId });
    return {
      now: outlook.now,
      repository,
      policy: tried ?? this.retention.policyOfRepository(repository),
      isTried: tried !== undefined,
      kept: items.filter(({ keep }) => keep).length,
      removed: items.filter(({ keep }) => !keep).length,
      ...toPage(items.slice(begin, begin + limit + 1), limit, (item) => item, cursorOf),
    };
  }

  /** Removes now what the rules no longer keep: 202 and the job. It runs by itself after each scheduled backup and every day. */
  @Post('expire')
  @Destructive()
  @Problems('REPOSITORY_NOT_FOUND')
  @RequireRole('backup-admin')
  @HttpCode(202)
  expire(
    @Body() body: BackupExpirePayload,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobView> {
    this.repositories.get(body.repository);
    return this.requests.accept(backupExpire, body, request, reply);
  }
}

function triedPolicy({ days, hourly, daily, weekly, monthly, yearly }: RetentionPolicy): RetentionPolicy | undefined {
  const rules = Object.entries({ days, hourly, daily, weekly, monthly, yearly });
  const given = rules.filter(([, count]) => count !== undefined);
  return given.length === 0 ? undefined : (Object.fromEntries(given) as RetentionPolicy);
}

function toItems({ decisions, backups }: RetentionOutlook): RetentionPreviewItem[] {
  return decisions.flatMap(({ backupId, keep, reasons }) => {
    const backup = backups.get(backupId);
    if (!backup) return [];
    const { created_at: createdAt, schedule_id: scheduleId = null, stored_bytes: storedBytes = 0 } = backup;
    return [{ backupId, createdAt, scheduleId, storedBytes, keep, reasons }];
  });
}
