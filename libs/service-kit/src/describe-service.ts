import 'reflect-metadata';
import { systemClock } from '@lucid/core/clock';
import type { Environment } from '@lucid/core/environment';
import { createLogger } from '@lucid/core/logger';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import { createDocument } from './openapi/document.ts';
import { ServiceModule } from './service.module.ts';
import type { CommonConfig } from './settings.ts';
import { SERVICE_VERSION, type ServiceDefinition } from './start.ts';

/**
 * The OpenAPI document of a service that is not started: its modules are looked at and nothing of them is made, so that no engine is
 * needed. `environment` holds what the service's configuration cannot do without.
 * @throws AppError CONFIG_INVALID; an Error where two classes of one name would be one schema
 */
export async function describeService<C extends CommonConfig>(
  definition: ServiceDefinition<C>,
  environment: Environment,
): Promise<OpenAPIObject> {
  const config = definition.loadConfig(environment);
  const root = ServiceModule.forService({
    identity: { name: definition.name, version: SERVICE_VERSION, instance: definition.name },
    config,
    logger: createLogger(definition.name, 'silent'),
    clock: systemClock,
    feature: definition.module(config),
    needsEngines: definition.startsWithoutEngines !== true,
  });
  const warnings: string[] = [];
  const quiet = (): void => undefined;
  const warn = (message: unknown): unknown => warnings.push(String(message));
  const listening = { log: quiet, error: quiet, fatal: quiet, warn };
  const app = await NestFactory.create(root, new FastifyAdapter(), {
    preview: true,
    logger: listening,
    abortOnError: false,
  });
  try {
    const document = createDocument(app, definition.name, SERVICE_VERSION);
    const doubled = warnings.find((message) => message.startsWith('Duplicate DTO'));
    if (doubled !== undefined) throw new Error(doubled.split('\n', 1)[0]);
    return document;
  } finally {
    await app.close();
  }
}
