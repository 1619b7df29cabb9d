import { RequireRole } from '@lucid/service-kit/access/route-access';
import { Problems } from '@lucid/service-kit/openapi/problems';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { readBody } from '../collections/read-body.ts';
import { ExplainBody, ExplanationDto } from './explain.dto.ts';
import { ExplainService } from './explain.service.ts';

@ApiTags('queries')
@Problems('QUERY_REFUSED', 'FILTER_INVALID', 'NAMESPACE_INVALID', 'COLLECTION_NOT_FOUND')
@Controller('api/v1/database/explain')
@RequireRole('viewer')
export class ExplainController {
  constructor(private readonly explaining: ExplainService) {}

  /**
   * How MongoDB answers a find or an aggregation: a summary with warnings, and the plan itself. Changes nothing. A viewer gets the plan; who
   * is operator at least has the query run too, and is told what it read.
   */
  @Post()
  @HttpCode(200)
  @ApiBody({ type: ExplainBody })
  @ApiOkResponse({ type: ExplanationDto })
  async explain(@Body() body: unknown): Promise<ExplanationDto> {
    return this.explaining.explain(await readBody(ExplainBody, body, ['filter', 'pipeline']));
  }
}
