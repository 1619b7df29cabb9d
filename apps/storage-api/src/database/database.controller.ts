import { RequireRole } from '@lucid/service-kit/access/route-access';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { DatabaseHealth, DatabaseStats, StatsQuery } from './database.dto.ts';
import { HealthService } from './health.service.ts';
import { StatsService } from './stats.service.ts';

@ApiTags('database')
@Controller('api/v1/database')
@RequireRole('viewer')
export class DatabaseController {
  constructor(
    private readonly health: HealthService,
    private readonly stats: StatsService,
  ) {}

  /** The state of MongoDB: each member with its lag as the primary sees it, oplog window, connections and disk, and the reasons where it is not healthy. */
  @Get('health')
  @ApiOkResponse({ type: DatabaseHealth })
  getHealth(): Promise<DatabaseHealth> {
    return this.health.report();
  }

  /** Sizes of the databases, and of each collection with its indexes, by name. */
  @Get('stats')
  @ApiOkResponse({ type: DatabaseStats })
  getStats(@Query() query: StatsQuery): Promise<DatabaseStats> {
    return this.stats.read(query);
  }
}
