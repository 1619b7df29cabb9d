import { RequireRole } from '@lucid/service-kit/access/route-access';
import { Destructive } from '@lucid/service-kit/protection/destructive';
import { Problems } from '@lucid/service-kit/openapi/problems';
import { Controller, Delete, Get, HttpCode, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { KilledOperationDto, KillOperationQuery, OperationsDto, OperationsQuery } from './operations.dto.ts';
import { OperationsService } from './operations.service.ts';

@ApiTags('queries')
@Problems('OPERATION_NOT_FOUND', 'OPERATION_PROTECTED', 'CONFLICT', 'BAD_CURSOR')
@Controller('api/v1/database/operations')
@RequireRole('viewer')
export class OperationsController {
  constructor(private readonly operations: OperationsService) {}

  /** What MongoDB does at this moment, the longest first; values are redacted. */
  @Get()
  @ApiOkResponse({ type: OperationsDto })
  list(@Query() query: OperationsQuery): Promise<OperationsDto> {
    return this.operations.list(query);
  }

  /** Ends an operation, if it still is the one that was listed. What the server does for itself is never ended. */
  @Delete(':id')
  @Destructive(false)
  @RequireRole('admin')
  @HttpCode(200)
  @ApiOkResponse({ type: KilledOperationDto })
  kill(@Param('id') id: string, @Query() query: KillOperationQuery): Promise<KilledOperationDto> {
    return this.operations.kill(id, query);
  }
}
