import { Client } from '@elastic/elasticsearch';
import type { Clock } from '@lucid/core/clock';
import type { Logger } from '@lucid/core/logger';
import { BullJobQueues } from '@lucid/jobs/bull-job-queues';
import { JobService } from '@lucid/jobs/job-service';
import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { MongoClient } from 'mongodb';
import { Registry } from 'prom-client';
import { AccessGuard } from './access/access.guard.ts';
import { ApiKeysRepository } from './access/api-keys.repository.ts';
import { ApiKeysService } from './access/api-keys.service.ts';
import { JwtVerifier } from './access/jwt.ts';
import { RateLimitGuard } from './access/rate-limit.guard.ts';
import { AuditReader } from './audit/audit-reader.service.ts';
import { AuditRepository } from './audit/audit.repository.ts';
import { AuditService } from './audit/audit.service.ts';
import { EngineConnections } from './engines/engine-connections.ts';
import { engineProviders } from './engines/engine-providers.ts';
import { EngineHealth } from './health/engine-health.ts';
import { HealthController } from './health/health.controller.ts';
import { KnownRoutes } from './http/known-routes.ts';
import { JobRequests } from './jobs/job-requests.service.ts';
import { JobsController } from './jobs/jobs.controller.ts';
import { jobProviders } from './jobs/job-providers.ts';
import { createRegistry } from './metrics/http-metrics.ts';
import { MetricsController } from './metrics/metrics.controller.ts';
import { ProblemsController } from './problems/problems.controller.ts';
import { ProtectionGuard } from './protection/protection.guard.ts';
import { UnreadFieldsGuard } from './http/unread-fields.guard.ts';
import { ProtectionRepository } from './protection/protection.repository.ts';
import { Protection } from './protection/protection.service.ts';
import { SERVICE_IDENTITY, type ServiceIdentity } from './service-identity.ts';
import type { CommonConfig } from './settings.ts';
import { Shutdown } from './shutdown.ts';
import { TOKENS } from './tokens.ts';

export interface ServiceModuleOptions {
  identity: ServiceIdentity;
  config: CommonConfig;
  logger: Logger;
  clock: Clock;
  /** The app's own module. */
  feature: Type | DynamicModule;
  /** False where the service starts before MongoDB and the queue answer. */
  needsEngines: boolean;
}

/** What every service has: engines, access, audit, jobs, health and metrics. Global, so that features only name what they use. */
@Module({})
export class ServiceModule {
  static forService({ identity, config, logger, clock, feature, needsEngines }: ServiceModuleOptions): DynamicModule {
    return {
      module: ServiceModule,
      global: true,
      imports: [TerminusModule.forRoot({ logger: false, errorLogStyle: 'json' }), feature],
      controllers: [HealthController, MetricsController, JobsController, ProblemsController],
      providers: [
        { provide: SERVICE_IDENTITY, useValue: identity },
        { provide: TOKENS.COMMON_CONFIG, useValue: config },
        { provide: TOKENS.LOGGER, useValue: logger },
        { provide: TOKENS.CLOCK, useValue: clock },
        { provide: Registry, useFactory: () => createRegistry(identity.name) },
        ...engineProviders(identity, config, logger, needsEngines),
        ...jobProviders(),
        ApiKeysRepository,
        ApiKeysService,
        JwtVerifier,
        AccessGuard,
        RateLimitGuard,
        ProtectionRepository,
        Protection,
        ProtectionGuard,
        UnreadFieldsGuard,
        AuditReader,
        AuditRepository,
        AuditService,
        EngineConnections,
        EngineHealth,
        KnownRoutes,
        Shutdown,
      ],
      exports: [
        SERVICE_IDENTITY,
        ...Object.values(TOKENS),
        Registry,
        MongoClient,
        Client,
        ApiKeysService,
        AuditReader,
        AuditService,
        BullJobQueues,
        JobRequests,
        JobService,
        Protection,
        Shutdown,
      ],
    };
  }
}
