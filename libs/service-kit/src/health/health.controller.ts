import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { HealthCheck, HealthCheckService, type HealthCheckResult } from '@nestjs/terminus';
import { Public } from '../access/route-access.ts';
import { EngineHealth } from './engine-health.ts';

/** Probes for an orchestrator and for people. No key needed: they tell states, never addresses. */
@ApiTags('health')
@Controller('health')
@Public()
export class HealthController {
  constructor(
    private readonly checks: HealthCheckService,
    private readonly engines: EngineHealth,
  ) {}

  /** The same as ready, under the name people try first. */
  @Get()
  @HealthCheck()
  health(): Promise<HealthCheckResult> {
    return this.ready();
  }

  /** The process answers. It asks no engine: restarting a service does not mend a dead engine. */
  @Get('live')
  @HealthCheck()
  live(): Promise<HealthCheckResult> {
    return this.checks.check([]);
  }

  /** The service can do its work: 503 when an engine it cannot do without is down, `degraded` when another one is. */
  @Get('ready')
  @HealthCheck()
  ready(): Promise<HealthCheckResult> {
    return this.checks.check(this.engines.indicators());
  }
}
