import { indexCreate } from '@lucid/jobs/contracts/index-create';
import type { JobView } from '@lucid/jobs/job-record';
import { RequireRole } from '@lucid/service-kit/access/route-access';
import { Problems } from '@lucid/service-kit/openapi/problems';
import { JobRequests } from '@lucid/service-kit/jobs/job-requests.service';
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBody, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { readBody } from '../collections/read-body.ts';
import { IndexListing } from './index-list.service.ts';
import {
  CreateIndexDto,
  DropIndexQuery,
  IndexDropReport,
  IndexList,
  IndexView,
  UpdateIndexDto,
} from './indexes.dto.ts';
import { IndexesService } from './indexes.service.ts';

/** Fields of the body whose own fields are the caller's. */
const FREE: (keyof CreateIndexDto)[] = ['keys', 'partialFilterExpression', 'wildcardProjection', 'weights'];

@ApiTags('database')
@Problems(
  'COLLECTION_NOT_FOUND',
  'INDEX_NOT_FOUND',
  'INDEX_CONFLICT',
  'COLLECTION_CHANGED',
  'CONFIRMATION_REQUIRED',
  'DEFINITION_INVALID',
  'NAMESPACE_INVALID',
  'EXTENDED_JSON_INVALID',
  'CONFLICT',
)
@Controller('api/v1/database/collections/:name/indexes')
@RequireRole('viewer')
export class IndexesController {
  constructor(
    private readonly listing: IndexListing,
    private readonly indexes: IndexesService,
    private readonly jobs: JobRequests,
  ) {}

  /** The indexes of a collection: size, use over all members, and how far those are that are being built. */
  @Get()
  @ApiOkResponse({ type: IndexList })
  async list(@Param('name') name: string): Promise<IndexList> {
    return { items: await this.listing.list(name) };
  }

  /** Builds an index: 202 and the job, whose progress is the server's; an index that is there already ends it at once. */
  @Post()
  @RequireRole('operator')
  @HttpCode(202)
  @ApiBody({ type: CreateIndexDto })
  @ApiAcceptedResponse()
  async create(
    @Param('name') name: string,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobView> {
    const dto = await readBody(CreateIndexDto, body, FREE);
    return this.jobs.accept(indexCreate, await this.indexes.requested(name, dto), request, reply);
  }

  /** Hides an index from queries, or lets them use it again. */
  @Patch(':index')
  @RequireRole('operator')
  @ApiOkResponse({ type: IndexView })
  update(@Param('name') name: string, @Param('index') index: string, @Body() body: UpdateIndexDto): Promise<IndexView> {
    return this.indexes.setHidden(name, index, body.hidden);
  }

  /** Drops an index. With `dryRun` only what would go and how it was used; with `hideFirst` it is hidden instead, and stays so. */
  @Delete(':index')
  @RequireRole('operator')
  @ApiOkResponse({ type: IndexDropReport })
  remove(
    @Param('name') name: string,
    @Param('index') index: string,
    @Query() query: DropIndexQuery,
  ): Promise<IndexDropReport> {
    return this.indexes.drop(name, index, query);
  }
}
