import type { INestApplication } from '@nestjs/common';
import { SwaggerModule } from '@nestjs/swagger';
import type { Logger } from '@lucid/core/logger';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { basicPassword, type AccessGuard } from '../access/access.guard.ts';
import { sendProblem } from '../http/problem.filter.ts';
import { createDocument } from './document.ts';

const PATHS = /^\/(docs|openapi\.json|openapi\.yaml)([/?]|$)/;

/** Bearer, X-API-Key and, so that a browser can open the page, Basic with the key as its password. */
export function protectOpenApi(server: FastifyInstance, guard: AccessGuard, logger: Logger): void {
  const authorize = async (request: FastifyRequest): Promise<void> => {
    const bearer = /^bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
    const header = request.headers['x-api-key'];
    const secret = bearer ?? (typeof header === 'string' ? header : undefined) ?? basicPassword(request);
    await guard.authorize(secret, 'viewer');
  };
  server.addHook('onRequest', (request, reply, done) => {
    // By the route that was found, not by the text of the address alone: `/%64ocs` is `/docs` to the router.
    if (!PATHS.test(request.routeOptions.url ?? '') && !PATHS.test(request.url)) return done();
    authorize(request).then(
      () => done(),
      (error: unknown) =>
        sendProblem(error, request, reply, logger, 'Basic realm="Lucid: any user, API key as password"'),
    );
  });
}

/** Serves the OpenAPI document at /openapi.json and its page at /docs. */
export function addOpenApi(app: INestApplication, service: string, version: string): void {
  SwaggerModule.setup('docs', app, () => createDocument(app, service, version), {
    jsonDocumentUrl: 'openapi.json',
    yamlDocumentUrl: 'openapi.yaml',
  });
}
