import { RequireRole } from '@lucid/service-kit/access/route-access';
import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { AlertState } from './alert-evaluation.ts';
import { AlertListDto, type AlertDto } from './alerts.dto.ts';
import { AlertsService } from './alerts.service.ts';

function present({ rule, state, since, labels, value }: AlertState): AlertDto {
  const { id, severity, metric, fire, clear, summary, runbook } = rule;
  return { rule: id, severity, state, since, metric, labels, value, fire, clear, summary, runbook };
}

@ApiTags('alerts')
@Controller('alerts')
@RequireRole('viewer')
export class AlertsController {
  constructor(private readonly alerts: AlertsService) {}

  @Get()
  @ApiOperation({ summary: 'What fires now or is about to' })
  @ApiOkResponse({ type: AlertListDto })
  list(): AlertListDto {
    return { items: this.alerts.list().map(present), evaluatedAt: this.alerts.evaluatedAt };
  }
}
