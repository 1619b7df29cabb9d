import type { Clock } from '@lucid/core/clock';
import type { Logger } from '@lucid/core/logger';
import { currentContext } from '@lucid/core/request-context';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { isDryRun } from '../protection/dry-run.ts';
import { SERVICE_IDENTITY, type ServiceIdentity } from '../service-identity.ts';
import { InjectClock, InjectLogger } from '../tokens.ts';
import { changeOf } from './audited-change.ts';
import { AuditTrail } from './audit-trail.ts';
import { AuditRepository, type AuditEntry } from './audit.repository.ts';
import { problemCodeOf } from '../http/problem.filter.ts';

const READING = new Set(['GET', 'HEAD', 'OPTIONS']);

/** A dry run that succeeded has changed nothing: an auditor must not take it for the deed. */
function outcomeOf(status: number, isDry: boolean): AuditEntry['outcome'] {
  if (status < 400) return isDry ? 'planned' : 'succeeded';
  return status < 500 ? 'refused' : 'failed';
}

/**
 * Writes one audit entry for every call that changes something or tried to, refused ones included. It hooks into the server
 * rather than into the routes, so that no route can forget it and a guard's refusal counts too.
 */
@Injectable()
export class AuditService {
  private readonly trail: AuditTrail;

  constructor(
    repository: AuditRepository,
    @InjectClock() private readonly clock: Clock,
    @InjectLogger() logger: Logger,
    @Inject(SERVICE_IDENTITY) private readonly service: ServiceIdentity,
  ) {
    this.trail = new AuditTrail(repository, service.name, clock, logger);
  }

  addHook(server: FastifyInstance): void {
    // Not an async function: most requests read, and a promise each is not free.
    server.addHook('onResponse', (request, reply, done) => {
      if (READING.has(request.method)) return done();
      const context = currentContext();
      void this.record({
        at: this.clock.now(),
        actor: context?.actor?.id ?? 'anonymous',
        role: context?.actor?.role ?? 'none',
        action: `${request.method} ${request.routeOptions.url ?? 'unknown'}`,
        resource: request.url.split('?', 1)[0] ?? '/',
        outcome: outcomeOf(reply.statusCode, isDryRun(request)),
        status: reply.statusCode,
        code: problemCodeOf(request) ?? null,
        correlation_id: request.id,
        service: this.service.name,
        ...changeOf(context),
      }).finally(() => done());
    });
  }

  /** Waits for the entries under way; at the stop, before the connections are closed. */
  drain(): Promise<void> {
    return this.trail.drain();
  }

  /** Stores an entry. The change has happened already, so a failure here cannot undo it: the entry goes to the log instead. */
  record(entry: AuditEntry): Promise<void> {
    return this.trail.add(entry);
  }
}
