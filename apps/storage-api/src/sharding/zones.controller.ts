import { RequireRole } from '@lucid/service-kit/access/route-access';
import { Problems } from '@lucid/service-kit/openapi/problems';
import { PageQuery } from '@lucid/service-kit/http/page';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBody, ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { readBody } from '../collections/read-body.ts';
import { AddRangeDto, AddToZoneDto, RemoveRangeQuery, RemoveZoneQuery, ZoneDto, ZonesPage } from './zones.dto.ts';
import { ZonesService } from './zones.service.ts';

@ApiTags('sharding')
@Problems('NOT_SHARDED')
@Controller('api/v1/database/sharding/zones')
@RequireRole('viewer')
export class ZonesController {
  constructor(private readonly zones: ZonesService) {}

  /** Zones by name, with their shards and ranges. */
  @Get()
  @Problems('BAD_CURSOR')
  @ApiOkResponse({ type: ZonesPage })
  list(@Query() query: PageQuery): Promise<ZonesPage> {
    return this.zones.list(query);
  }

  /** Puts a shard into a zone, which is made by the first one. */
  @Post()
  @RequireRole('admin')
  @Problems('SHARD_NOT_FOUND', 'LEASE_HELD', 'LEASE_LOST')
  @ApiCreatedResponse({ type: ZoneDto })
  add(@Body() body: AddToZoneDto): Promise<ZoneDto> {
    return this.zones.add(body);
  }

  /** Takes a shard, or all of them, out of a zone without ranges. With dryRun: the zone as it is now. */
  @Delete(':zone')
  @RequireRole('admin')
  @Problems('ZONE_NOT_FOUND', 'SHARD_NOT_FOUND', 'SHARDING_REFUSED', 'LEASE_HELD', 'LEASE_LOST')
  @HttpCode(200)
  @ApiOkResponse({ type: ZoneDto })
  remove(@Param('zone') zone: string, @Query() { dryRun, shard }: RemoveZoneQuery): Promise<ZoneDto> {
    return dryRun === 'true' ? this.zones.planRemove(zone) : this.zones.remove(zone, shard);
  }

  /** Gives a range of a collection's shard key to a zone; the balancer moves the chunks. */
  @Post(':zone/ranges')
  @RequireRole('admin')
  @Problems(
    'ZONE_NOT_FOUND',
    'SHARDING_REFUSED',
    'NAMESPACE_INVALID',
    'EXTENDED_JSON_INVALID',
    'LEASE_HELD',
    'LEASE_LOST',
  )
  @ApiBody({ type: AddRangeDto })
  @ApiCreatedResponse({ type: ZoneDto })
  async addRange(@Param('zone') zone: string, @Body() body: unknown): Promise<ZoneDto> {
    return this.zones.addRange(zone, await readBody(AddRangeDto, body, ['min', 'max']));
  }

  /** Takes the range that begins at `min` from the zone; the chunks stay where they are. */
  @Delete(':zone/ranges')
  @RequireRole('admin')
  @Problems(
    'ZONE_NOT_FOUND',
    'SHARDING_REFUSED',
    'NAMESPACE_INVALID',
    'EXTENDED_JSON_INVALID',
    'LEASE_HELD',
    'LEASE_LOST',
  )
  @HttpCode(200)
  @ApiOkResponse({ type: ZoneDto })
  removeRange(@Param('zone') zone: string, @Query() query: RemoveRangeQuery): Promise<ZoneDto> {
    return this.zones.removeRange(zone, query);
  }
}
