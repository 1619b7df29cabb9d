import { cacheFlush } from '@lucid/jobs/contracts/cache-flush';
import type { JobView } from '@lucid/jobs/job-record';
import { RequireRole } from '@lucid/service-kit/access/route-access';
import { Destructive } from '@lucid/service-kit/protection/destructive';
import { Problems } from '@lucid/service-kit/openapi/problems';
import { JobRequests } from '@lucid/service-kit/jobs/job-requests.service';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query, Req, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBody, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { readBody } from '../collections/read-body.ts';
import { CacheFlushService } from './cache-flush.service.ts';
import {
  CacheKeyDto,
  CacheKeysPage,
  KeyQuery,
  ListKeysQuery,
  PutKeyDto,
  RemoveKeyQuery,
  WrittenKeyDto,
} from './cache-keys.dto.ts';
import { CacheKeysService } from './cache-keys.service.ts';
import { CacheMemoryDto, MemoryQuery } from './cache-memory.dto.ts';
import { CacheMemoryService } from './cache-memory.service.ts';
import { CacheStatsDto } from './cache-stats.dto.ts';
import { CacheStatsService } from './cache-stats.service.ts';
import { CacheFlushDto, CacheFlushPlan, FlushQuery } from './cache.dto.ts';

@ApiTags('cache')
@Problems('CACHE_KEY_NOT_FOUND', 'CONFLICT', 'BAD_CURSOR', 'REDIS_UNAVAILABLE', 'NAMESPACE_INVALID')
@Controller('api/v1/cache')
@RequireRole('viewer')
export class CacheController {
  constructor(
    private readonly keys: CacheKeysService,
    private readonly flushes: CacheFlushService,
    private readonly figures: CacheStatsService,
    private readonly usage: CacheMemoryService,
    private readonly jobs: JobRequests,
  ) {}

  /** Hit rate, memory, clients, operations, evictions, replication, persistence and keys of the cache. */
  @Get('stats')
  @ApiOkResponse({ type: CacheStatsDto })
  stats(): Promise<CacheStatsDto> {
    return this.figures.stats();
  }

  /** Where the memory goes: by prefix, the biggest keys of a sample, and what to do about it. */
  @Get('memory')
  @ApiOkResponse({ type: CacheMemoryDto })
  memory(@Query() { database, keys }: MemoryQuery): Promise<CacheMemoryDto> {
    return this.usage.memory(database, keys);
  }

  /** Keys of one database, in no order. A page takes a second at most, so it can hold fewer than `limit`, or none, and not be the last. */
  @Get('keys')
  @ApiOkResponse({ type: CacheKeysPage })
  list(@Query() query: ListKeysQuery): Promise<CacheKeysPage> {
    return this.keys.list(query);
  }

  /** A key with its type, time to live, size and the beginning of its value. */
  @Get('keys/:key')
  @ApiOkResponse({ type: CacheKeyDto })
  get(@Param('key') key: string, @Query() query: KeyQuery): Promise<CacheKeyDto> {
    return this.keys.get({ key, ...query });
  }

  /** Makes a key, or replaces one of the same type, in one step. */
  @Put('keys/:key')
  @RequireRole('operator')
  @ApiBody({ type: PutKeyDto })
  @ApiOkResponse({ type: WrittenKeyDto })
  async put(@Param('key') key: string, @Query() query: KeyQuery, @Body() body: unknown): Promise<WrittenKeyDto> {
    return this.keys.put({ key, ...query }, await readBody(PutKeyDto, body, ['value']));
  }

  /** Removes a key; with `dryRun` 200 and the key. */
  @Delete('keys/:key')
  @RequireRole('operator')
  @HttpCode(204)
  @ApiNoContentResponse()
  @ApiOkResponse({ type: CacheKeyDto, description: 'With dryRun' })
  async remove(
    @Param('key') key: string,
    @Query() { dryRun, ...query }: RemoveKeyQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CacheKeyDto | undefined> {
    if (dryRun !== 'true') {
      await this.keys.remove({ key, ...query });
      return undefined;
    }
    void reply.status(200);
    return this.keys.get({ key, ...query });
  }

  /**
   * Removes keys of one database, by pattern, prefix, or all of them: 202 and the job, whose `payload` names the database; with `dryRun` 200
   * and what would be removed.
   */
  @Post('flush')
  @Destructive()
  @RequireRole('operator')
  @HttpCode(202)
  @ApiAcceptedResponse()
  @ApiOkResponse({ type: CacheFlushPlan, description: 'With dryRun' })
  async flush(
    @Query() { dryRun }: FlushQuery,
    @Body() body: CacheFlushDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JobView | CacheFlushPlan> {
    const payload = this.flushes.payloadOf(body);
    if (dryRun !== 'true') return this.jobs.accept(cacheFlush, payload, request, reply);
    void reply.status(200);
    return this.flushes.plan(payload);
  }
}
