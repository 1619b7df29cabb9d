import { AppError } from '@lucid/core/app-error';
import { migrationDown, MigrationDownPayload, migrationUp, MigrationUpPayload } from '@lucid/jobs/contracts/migration';
import type { JobView } from '@lucid/jobs/job-record';
import { RequireRole } from '@lucid/service-kit/access/route-access';
import { Destructive } from '@lucid/service-kit/protection/destructive';
import { Problems } from '@lucid/service-kit/openapi/problems';
import { JobRequests } from '@lucid/service-kit/jobs/job-requests.service';
import { InjectLeases } from '@lucid/service-kit/tokens';
import type { MongoLeaseStore } from '@lucid/clients/mongodb/leases';
import { Body, Controller, Get, HttpCode, Post, Query, Req, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DryRunQuery, MigrationPlanDto, MigrationsDto } from './migrations.dto.ts';
import { MigrationsService } from './migrations.service.ts';
import { presentStatus } from './present-status.ts';

@ApiTags('migrations')
@Problems('MIGRATION_NOT_FOUND', 'MIGRATION_UNKNOWN', 'MIGRATION_CHANGED', 'MIGRATION_IRREVERSIBLE', 'CONFLICT')
@Controller('api/v1/database/migrations')
@RequireRole('admin')
export class MigrationsController {
  constructor(
    private readonly migrations: MigrationsService,
    private readonly jobs: JobRequests,
    @InjectLeases() private readonly leases: MongoLeaseStore,
  ) {}

  /** What is applied, what is pending, and what is in the way. */
  @Get()
  @RequireRole('viewer')
  @ApiOkResponse({ type: MigrationsDto })
  async list(): Promise<MigrationsDto> {
    const held = await this.leases.held('migrations');
    return presentStatus(await this.migrations.status(), held.get('migrations') ?? null);
  }

  /** Applies what is pending: 202 and the job, which takes a backup before the first change; with `dryRun` 200 and what would change. */
  @Post('up')
  @Destructive()
  @HttpCode(202)
  @ApiAcceptedResponse()
  @ApiOkResponse({ type: MigrationPlanDto, description: 'With dryRun' })
  async up(
    @Query() { dryRun }: DryRunQuery,
    @Body() body: MigrationUpPayload,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobView | MigrationPlanDto> {
    if (dryRun === 'true') return plan(reply, await this.migrations.planUp(body.to));
    await this.migrations.assertUp(body.to);
    return this.jobs.accept(migrationUp, body, request, reply);
  }

  /** Undoes the newest, or what is newer than `to`: 202 and the job; with `dryRun` 200 and what would be undone. */
  @Post('down')
  @Destructive()
  @HttpCode(202)
  @ApiAcceptedResponse()
  @ApiOkResponse({ type: MigrationPlanDto, description: 'With dryRun' })
  async down(
    @Query() { dryRun }: DryRunQuery,
    @Body() body: MigrationDownPayload,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobView | MigrationPlanDto> {
    if (body.to !== undefined && body.steps !== undefined) {
      const errors = [{ pointer: '/steps', code: 'EXCLUSIVE', message: 'send `to` or `steps`, not both' }];
      throw new AppError('VALIDATION_FAILED', 'send `to` or `steps`, not both', { errors });
    }
    const planned = await this.migrations.planDown(body);
    return dryRun === 'true' ? plan(reply, planned) : this.jobs.accept(migrationDown, body, request, reply);
  }
}

function plan(reply: FastifyReply, migrations: MigrationPlanDto['migrations']): MigrationPlanDto {
  void reply.status(200);
  return { migrations };
}
