import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import type { Logger } from '@lucid/core/logger';
import type { FastifyInstance } from 'fastify';
import { basicPassword, type AccessGuard } from '../access/access.guard.ts';
import { describeAnswers } from './openapi-answers.ts';
import { sendProblem } from './problem.filter.ts';

const PATHS = /^\/(docs|openapi\.json|openapi\.yaml)([/?]|$)/;

/** Bearer, X-API-Key and, so that a browser can open the page, Basic with the key as its password. */
export function protectOpenApi(server: FastifyInstance, guard: AccessGuard, logger: Logger): void {
  server.addHook('onRequest', async (request, reply) => {
    // By the route that was found, not by the text of the address alone: `/%64ocs` is `/docs` to the router.
    if (!PATHS.test(request.routeOptions.url ?? '') && !PATHS.test(request.url)) return;
    try {
      const bearer = /^bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
      const header = request.headers['x-api-key'];
      const secret = bearer ?? (typeof header === 'string' ? header : undefined) ?? basicPassword(request);
      await guard.authorize(secret, 'viewer');
    } catch (error) {
      sendProblem(error, request, reply, logger, 'Basic realm="Lucid: any user, API key as password"');
      return reply;
    }
    return undefined;
  });
}

/** Serves the OpenAPI document at /openapi.json and its page at /docs. */
export function addOpenApi(app: INestApplication, service: string, version: string): void {
  const config = new DocumentBuilder()
    .setTitle(`Lucid ${service}`)
    .setVersion(version)
    .setOpenAPIVersion('3.1.0')
    .addBearerAuth()
    .addSecurityRequirements('bearer')
    .build();
  SwaggerModule.setup('docs', app, () => describeAnswers(SwaggerModule.createDocument(app, config)), {
    jsonDocumentUrl: 'openapi.json',
    yamlDocumentUrl: 'openapi.yaml',
  });
}
