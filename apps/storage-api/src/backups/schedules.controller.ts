import { AppError } from '@lucid/core/app-error';
import { currentContext } from '@lucid/core/request-context';
import { RequireRole } from '@lucid/service-kit/access/route-access';
import { auditChange } from '@lucid/service-kit/audit/audited-change';
import { PageQuery } from '@lucid/service-kit/http/page';
import { IF_MATCH } from '@lucid/service-kit/openapi/headers';
import { Problems } from '@lucid/service-kit/openapi/problems';
import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiHeader, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CreateScheduleDto, ScheduleDto, SchedulesPage, UpdateScheduleDto } from './schedules.dto.ts';
import { SchedulesService, type PresentedSchedule } from './schedules.service.ts';

@ApiTags('backups')
@Controller('api/v1/backups/schedules')
@RequireRole('viewer')
export class SchedulesController {
  constructor(private readonly schedules: SchedulesService) {}

  /** The schedules of backups, by name. */
  @Get()
  @ApiOkResponse({ type: SchedulesPage })
  list(@Query() query: PageQuery): Promise<SchedulesPage> {
    return this.schedules.list(query);
  }

  /** Makes a schedule: backup-service asks for a backup at each of its times. */
  @Post()
  @Problems('CONFLICT', 'REPOSITORY_NOT_FOUND')
  @RequireRole('backup-admin')
  @ApiCreatedResponse({ type: ScheduleDto })
  async create(@Body() body: CreateScheduleDto, @Res({ passthrough: true }) reply: FastifyReply): Promise<ScheduleDto> {
    const actor = currentContext()?.actor;
    if (!actor) throw new AppError('UNAUTHENTICATED', 'the caller is not known');
    const created = await this.schedules.create(body, actor.id);
    auditChange(null, created.schedule);
    void reply.header('location', `/api/v1/backups/schedules/${created.schedule.id}`);
    return answer(created, reply);
  }

  /** A schedule, with its next times. */
  @Get(':id')
  @Problems('SCHEDULE_NOT_FOUND')
  @ApiOkResponse({ type: ScheduleDto })
  async get(@Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<ScheduleDto> {
    return answer(await this.schedules.get(id), reply);
  }

  /** Changes what the body names. A new time counts from now. */
  @Patch(':id')
  @Problems('SCHEDULE_NOT_FOUND', 'CONFLICT', 'REPOSITORY_NOT_FOUND')
  @RequireRole('backup-admin')
  @ApiHeader(IF_MATCH)
  @ApiOkResponse({ type: ScheduleDto })
  async update(
    @Param('id') id: string,
    @Body() body: UpdateScheduleDto,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ScheduleDto> {
    const { schedule: before } = await this.schedules.get(id);
    const updated = await this.schedules.update(id, body, revisionOf(ifMatch));
    auditChange(before, updated.schedule);
    return answer(updated, reply);
  }

  /** Removes the schedule; its backups stay, with the rules it had. */
  @Delete(':id')
  @Problems('SCHEDULE_NOT_FOUND')
  @RequireRole('backup-admin')
  @HttpCode(204)
  @ApiHeader(IF_MATCH)
  @ApiNoContentResponse()
  async remove(@Param('id') id: string, @Headers('if-match') ifMatch: string | undefined): Promise<void> {
    const { schedule: before } = await this.schedules.get(id);
    await this.schedules.remove(id, revisionOf(ifMatch));
    auditChange(before, null);
  }
}

function answer({ schedule, revision }: PresentedSchedule, reply: FastifyReply): ScheduleDto {
  void reply.header('etag', `"${revision}"`);
  return schedule;
}

/** What no ETag of ours says matches nothing. */
function revisionOf(ifMatch: string | undefined): number | undefined {
  if (ifMatch === undefined || ifMatch.trim() === '*') return undefined;
  const revision = /^"(\d{1,15})"$/.exec(ifMatch.trim())?.[1];
  return revision === undefined ? -1 : Number(revision);
}
