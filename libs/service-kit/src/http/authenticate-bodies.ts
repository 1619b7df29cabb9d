import type { Logger } from '@lucid/core/logger';
import type { FastifyInstance } from 'fastify';
import type { AccessGuard } from '../access/access.guard.ts';
import { sendProblem } from './problem.filter.ts';

const WITH_BODY = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** Nobody's body is read before it is known who sends it: reading one costs memory, and no route with a body is public. */
export function authenticateBodies(server: FastifyInstance, guard: AccessGuard, logger: Logger): void {
  server.addHook('onRequest', (request, reply, done) => {
    if (!WITH_BODY.has(request.method)) return done();
    guard.identifyCaller(request).then(
      () => done(),
      (error: unknown) => sendProblem(error, request, reply, logger),
    );
  });
}
