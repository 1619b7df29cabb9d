import { RequireRole } from '@lucid/service-kit/access/route-access';
import { Problems } from '@lucid/service-kit/openapi/problems';
import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiBody, ApiExtraModels, ApiOkResponse, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { collectionName } from '../collections/collection-names.ts';
import { readBody } from '../collections/read-body.ts';
import { DryRunQuery } from '../replica-set/replica-set.dto.ts';
import { KeyAnalyses } from './key-analysis.service.ts';
import { ShardCollectionFlow } from './shard-collection.flow.ts';
import { parseShardKey } from './shard-key.ts';
import {
  AnalyzedKeyDto,
  AnalyzeKeyDto,
  EnabledDto,
  EnableShardingDto,
  ShardCollectionDto,
  ShardedResult,
  ShardingStatusDto,
  ShardPlanDto,
} from './sharding.dto.ts';
import { ShardingService } from './sharding.service.ts';

@ApiTags('sharding')
@ApiExtraModels(ShardedResult, ShardPlanDto)
@Controller('api/v1/database/sharding')
@RequireRole('viewer')
export class ShardingController {
  constructor(
    private readonly sharding: ShardingService,
    private readonly collections: ShardCollectionFlow,
    private readonly analyses: KeyAnalyses,
  ) {}

  /** Shards, databases, sharded collections with their chunks, and the balancer. */
  @Get('status')
  @Problems('NOT_SHARDED')
  @ApiOkResponse({ type: ShardingStatusDto })
  status(): Promise<ShardingStatusDto> {
    return this.sharding.status();
  }

  /** Lets collections of a database be sharded. Twice is the same as once. */
  @Post('enable')
  @RequireRole('admin')
  @Problems('NAMESPACE_INVALID', 'NOT_SHARDED', 'SHARDING_REFUSED', 'SHARD_NOT_FOUND', 'LEASE_HELD', 'LEASE_LOST')
  @HttpCode(200)
  @ApiOkResponse({ type: EnabledDto })
  enable(@Body() body: EnableShardingDto): Promise<EnabledDto> {
    return this.sharding.enable(body);
  }

  /** Shards a collection by a key, after a look; dryRun only looks. It cannot be undone. */
  @Post('shard-collection')
  @RequireRole('admin')
  @Problems('NAMESPACE_INVALID', 'NOT_SHARDED', 'SHARDING_REFUSED', 'LEASE_HELD', 'LEASE_LOST')
  @HttpCode(200)
  @ApiBody({ type: ShardCollectionDto })
  @ApiOkResponse({
    schema: { oneOf: [{ $ref: getSchemaPath(ShardedResult) }, { $ref: getSchemaPath(ShardPlanDto) }] },
    description: 'The second with dryRun',
  })
  async shardCollection(
    @Body() body: unknown,
    @Query() { dryRun }: DryRunQuery,
  ): Promise<ShardedResult | ShardPlanDto> {
    const asked = await readBody(ShardCollectionDto, body, ['key']);
    return dryRun === 'true' ? this.collections.plan(asked) : this.collections.run(asked);
  }

  /** How well a key would spread the documents of a collection. Reads a sample; also on a replica set, before there are shards. */
  @Post('analyze-key')
  @RequireRole('operator')
  @Problems('NAMESPACE_INVALID')
  @HttpCode(200)
  @ApiBody({ type: AnalyzeKeyDto })
  @ApiOkResponse({ type: AnalyzedKeyDto })
  async analyze(@Body() body: unknown): Promise<AnalyzedKeyDto> {
    const { collection, key } = await readBody(AnalyzeKeyDto, body, ['key']);
    return this.analyses.analyze(collectionName(collection), parseShardKey(key));
  }
}
