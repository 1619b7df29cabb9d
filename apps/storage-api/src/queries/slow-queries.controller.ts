import { RequireRole } from '@lucid/service-kit/access/route-access';
import { Problems } from '@lucid/service-kit/openapi/problems';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { SlowQueriesDto, SlowQueriesQuery } from './slow-queries.dto.ts';
import { SlowQueriesService } from './slow-queries.service.ts';

@ApiTags('queries')
@Problems('BAD_CURSOR')
@Controller('api/v1/database/slow-queries')
@RequireRole('viewer')
export class SlowQueriesController {
  constructor(private readonly slowQueries: SlowQueriesService) {}

  /** What the profiler saw, by fingerprint: queries that differ in values only are one. No value of the data is shown. */
  @Get()
  @ApiOkResponse({ type: SlowQueriesDto })
  list(@Query() query: SlowQueriesQuery): Promise<SlowQueriesDto> {
    return this.slowQueries.list(query);
  }
}
