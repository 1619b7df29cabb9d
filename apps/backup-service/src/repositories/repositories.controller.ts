import type { JobContract } from '@lucid/jobs/contracts/job-contract';
import { repositoryCheck } from '@lucid/jobs/contracts/repository-check';
import { repositoryCollectGarbage } from '@lucid/jobs/contracts/repository-collect-garbage';
import { backupCopy } from '@lucid/jobs/contracts/repository-copy-backup';
import { repositoryRewrap, repositoryRotateDataKey } from '@lucid/jobs/contracts/repository-keys';
import { repositoryRepair } from '@lucid/jobs/contracts/repository-repair';
import { repositoryScan } from '@lucid/jobs/contracts/repository-scan';
import type { JobView } from '@lucid/jobs/job-record';
import { RequireRole } from '@lucid/service-kit/access/route-access';
import { Destructive } from '@lucid/service-kit/protection/destructive';
import { Problems } from '@lucid/service-kit/openapi/problems';
import { decodeCursor, encodeCursor, PageQuery, toPage } from '@lucid/service-kit/http/page';
import { JobRequests } from '@lucid/service-kit/jobs/job-requests.service';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BackupsService } from '../backups/backups.service.ts';
import { BACKUP_CONFIG, type BackupConfig } from '../config.ts';
import {
  AddRepositoryDto,
  CheckRepositoryDto,
  CollectGarbageDto,
  CopyBackupDto,
  RepairRepositoryDto,
  RepositoryPage,
  RepositoryView,
} from './repositories.dto.ts';
import { RepositoriesService } from './repositories.service.ts';
import { toNewDefinition, toRepositoryView } from './repository-view.ts';

const LIST = 'repositories';

@ApiTags('repositories')
@Controller('api/v1/repositories')
@RequireRole('viewer')
export class RepositoriesController {
  constructor(
    private readonly repositories: RepositoriesService,
    private readonly requests: JobRequests,
    @Inject(BACKUP_CONFIG) private readonly config: BackupConfig,
  ) {}

  @Get()
  @Problems('BAD_CURSOR')
  @ApiOperation({ summary: 'The repositories, `default` first, each with its state' })
  @ApiOkResponse({ type: RepositoryPage })
  async list(@Query() query: PageQuery): Promise<RepositoryPage> {
    const checks = await this.repositories.lastChecks();
    const after = decodeCursor(LIST, query.cursor)?.id;
    const known = this.repositories.list();
    const begin = after === undefined ? 0 : known.findIndex(({ definition }) => definition.name === after) + 1;
    return toPage(
      known.slice(begin),
      query.limit,
      (one) => toRepositoryView(one, checks.get(one.definition.name)),
      ({ definition }) => encodeCursor(LIST, { at: '', id: definition.name }),
    );
  }

  @Post()
  @Problems(
    'CONFLICT',
    'LEASE_HELD',
    'REPOSITORY_OWNED',
    'REPOSITORY_MISMATCH',
    'REPOSITORY_UNUSABLE',
    'RESIDENCY_REFUSED',
    'OBJECT_STORE_UNAVAILABLE',
  )
  @RequireRole('backup-admin')
  @ApiOperation({ summary: 'Opens a repository, or makes it where there is none, and keeps it' })
  @ApiCreatedResponse({ type: RepositoryView })
  async add(@Body() body: AddRepositoryDto): Promise<RepositoryView> {
    const definition = toNewDefinition(body, this.config);
    return toRepositoryView(await this.repositories.add(definition, body.takeOver ?? false), undefined);
  }

  @Get(':name')
  @ApiOperation({ summary: 'A repository and its state' })
  @Problems('REPOSITORY_NOT_FOUND')
  @ApiOkResponse({ type: RepositoryView })
  async get(@Param('name') name: string): Promise<RepositoryView> {
    const known = this.repositories.describe(name);
    return toRepositoryView(known, (await this.repositories.lastChecks()).get(name));
  }

  @Delete(':name')
  @Problems('REPOSITORY_NOT_FOUND', 'REPOSITORY_IN_USE', 'CONFLICT', 'LEASE_HELD')
  @RequireRole('backup-admin')
  @HttpCode(204)
  @ApiOperation({ summary: 'Forgets a repository that was added here; what it holds stays' })
  @ApiNoContentResponse()
  remove(@Param('name') name: string): Promise<void> {
    return this.repositories.forget(name);
  }

  @Post(':name/check')
  @Problems('REPOSITORY_NOT_FOUND')
  @RequireRole('backup-admin')
  @HttpCode(202)
  @ApiOperation({ summary: 'Looks at every backup, and at every chunk once; damage makes the job degraded' })
  check(
    @Param('name') name: string,
    @Body() body: CheckRepositoryDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobView> {
    return this.accept(repositoryCheck, { ...body, repository: name }, request, reply);
  }

  @Post(':name/repair')
  @Problems('REPOSITORY_NOT_FOUND')
  @RequireRole('backup-admin')
  @HttpCode(202)
  @ApiOperation({ summary: 'Sets damage aside, and brings back from a replica what that has sound' })
  repair(
    @Param('name') name: string,
    @Body() body: RepairRepositoryDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobView> {
    if (body.from !== undefined) this.repositories.describe(body.from);
    return this.accept(repositoryRepair, { ...body, repository: name }, request, reply);
  }

  @Post(':name/garbage-collection')
  @Destructive()
  @Problems('REPOSITORY_NOT_FOUND')
  @RequireRole('backup-admin')
  @HttpCode(202)
  @ApiOperation({
    summary: 'One step of the collection: what no backup needs is condemned, and deleted by a later one',
  })
  collectGarbage(
    @Param('name') name: string,
    @Body() body: CollectGarbageDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobView> {
    return this.accept(repositoryCollectGarbage, { ...body, repository: name }, request, reply);
  }

  @Post(':name/keys/rotate-data-key')
  @Problems('REPOSITORY_NOT_FOUND')
  @RequireRole('backup-admin')
  @HttpCode(202)
  @ApiOperation({ summary: 'A new key for what is stored from now on' })
  rotateDataKey(
    @Param('name') name: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobView> {
    return this.accept(repositoryRotateDataKey, { repository: name }, request, reply);
  }

  @Post(':name/keys/rewrap-master-key')
  @Problems('REPOSITORY_NOT_FOUND')
  @RequireRole('backup-admin')
  @HttpCode(202)
  @ApiOperation({ summary: 'Wraps the keys by BACKUP_MASTER_KEY, where one of BACKUP_PREVIOUS_KEYS does' })
  rewrap(
    @Param('name') name: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobView> {
    return this.accept(repositoryRewrap, { repository: name }, request, reply);
  }

  @Post(':name/scan')
  @Problems('REPOSITORY_NOT_FOUND')
  @RequireRole('backup-admin')
  @HttpCode(202)
  @ApiOperation({ summary: 'Rebuilds the catalogue of backups from the repository' })
  scan(
    @Param('name') name: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobView> {
    return this.accept(repositoryScan, { repository: name }, request, reply);
  }

  private accept<P extends { repository: string }, R extends object>(
    contract: JobContract<P, R>,
    payload: P,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<JobView> {
    this.repositories.describe(payload.repository);
    return this.requests.accept(contract, payload, request, reply);
  }
}

@ApiTags('backups')
@Controller('api/v1/backups')
@RequireRole('viewer')
export class BackupCopiesController {
  constructor(
    private readonly backups: BackupsService,
    private readonly repositories: RepositoriesService,
    private readonly requests: JobRequests,
  ) {}

  @Post(':id/copies')
  @Problems('BACKUP_NOT_FOUND', 'REPOSITORY_NOT_FOUND', 'RESIDENCY_REFUSED')
  @RequireRole('operator')
  @HttpCode(202)
  @ApiOperation({ summary: 'Copies the backup into another repository' })
  async copy(
    @Param('id') id: string,
    @Body() body: CopyBackupDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobView> {
    const backup = await this.backups.get(id);
    this.repositories.assertMayHoldData(body.repository);
    if (body.from !== undefined) this.repositories.describe(body.from);
    return this.requests.accept(backupCopy, { ...body, backupId: backup.id }, request, reply);
  }
}
