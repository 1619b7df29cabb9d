import { collectionDrop } from '@lucid/jobs/contracts/collection-drop';
import type { JobView } from '@lucid/jobs/job-record';
import { RequireRole } from '@lucid/service-kit/access/route-access';
import { Problems } from '@lucid/service-kit/openapi/problems';
import { PageQuery } from '@lucid/service-kit/http/page';
import { JobRequests } from '@lucid/service-kit/jobs/job-requests.service';
import { Body, Controller, Delete, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBody, ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CollectionDrop } from './collection-drop.service.ts';
import {
  CollectionDropReport,
  CollectionsPage,
  CollectionView,
  CreateCollectionDto,
  DropCollectionQuery,
} from './collections.dto.ts';
import { CollectionsService } from './collections.service.ts';
import { readBody } from './read-body.ts';

@ApiTags('database')
@Problems(
  'COLLECTION_NOT_FOUND',
  'COLLECTION_EXISTS',
  'COLLECTION_CHANGED',
  'CONFIRMATION_REQUIRED',
  'DEFINITION_INVALID',
  'INDEX_CONFLICT',
  'NAMESPACE_INVALID',
  'EXTENDED_JSON_INVALID',
  'LEASE_HELD',
  'STORAGE_FULL',
  'BAD_CURSOR',
)
@Controller('api/v1/database/collections')
@RequireRole('viewer')
export class CollectionsController {
  constructor(
    private readonly collections: CollectionsService,
    private readonly drops: CollectionDrop,
    private readonly jobs: JobRequests,
  ) {}

  /** Collections, time series and views of the main database, by name. */
  @Get()
  @ApiOkResponse({ type: CollectionsPage })
  list(@Query() query: PageQuery): Promise<CollectionsPage> {
    return this.collections.list(query);
  }

  /** Makes a collection: of a model with its validator, options and indexes, or as the body describes it. */
  @Post()
  @RequireRole('operator')
  @ApiBody({ type: CreateCollectionDto })
  @ApiCreatedResponse({ type: CollectionView })
  async create(@Body() body: unknown, @Res({ passthrough: true }) reply: FastifyReply): Promise<CollectionView> {
    const created = await this.collections.create(await readBody(CreateCollectionDto, body, ['validator']));
    void reply.header('location', `/api/v1/database/collections/${encodeURIComponent(created.name)}`);
    return created;
  }

  /** One collection: options, validator, sizes, and the views that read it. */
  @Get(':name')
  @ApiOkResponse({ type: CollectionView })
  get(@Param('name') name: string): Promise<CollectionView> {
    return this.collections.get(name);
  }

  /**
   * Drops a collection, a time series or a view at once: 200 and what went. With `dryRun` only what would go; with `backup` 202 and the
   * job that backs it up first and drops it where nobody has written to it since.
   */
  @Delete(':name')
  @RequireRole('admin')
  @ApiOkResponse({ type: CollectionDropReport })
  @ApiAcceptedResponse({ description: 'With backup: the job' })
  async remove(
    @Param('name') name: string,
    @Query() { dryRun, backup, confirm }: DropCollectionQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CollectionDropReport | JobView> {
    if (dryRun === 'true') return this.drops.plan(name);
    if (backup !== 'true') return this.drops.drop(name, confirm);
    await this.drops.confirmed(name, confirm);
    return this.jobs.accept(collectionDrop, { collection: name, ...(confirm && { confirm }) }, request, reply);
  }
}
