import { RequireRole } from '@lucid/service-kit/access/route-access';
import { Problems } from '@lucid/service-kit/openapi/problems';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { ExplainBody, ExplanationDto } from './explain.dto.ts';
import { ExplainService } from './explain.service.ts';

@ApiTags('queries')
@Problems('QUERY_REFUSED', 'FILTER_INVALID', 'NAMESPACE_INVALID', 'COLLECTION_NOT_FOUND')
@Controller('api/v1/database/explain')
@RequireRole('viewer')
export class ExplainController {
  constructor(private readonly explaining: ExplainService) {}

  /** How MongoDB answers a find or an aggregation: a summary with warnings, and the plan itself. Changes nothing. */
  @Post()
  @HttpCode(200)
  @ApiOkResponse({ type: ExplanationDto })
  explain(@Body() body: ExplainBody): Promise<ExplanationDto> {
    return this.explaining.explain(body);
  }
}
