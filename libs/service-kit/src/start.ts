import 'reflect-metadata';
import type { IncomingMessage } from 'node:http';
import { hostname } from 'node:os';
import type { Server as TlsServer } from 'node:https';
import { AppError, isAppError } from '@lucid/core/app-error';
import { type Clock, systemClock } from '@lucid/core/clock';
import { processEnvironment, type Environment } from '@lucid/core/environment';
import { createLogger, type Logger } from '@lucid/core/logger';
import { JobService } from '@lucid/jobs/job-service';
import type { CanActivate, DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Registry } from 'prom-client';
import { AccessGuard } from './access/access.guard.ts';
import { RateLimitGuard } from './access/rate-limit.guard.ts';
import { ApiKeysService } from './access/api-keys.service.ts';
import { AuditService } from './audit/audit.service.ts';
import { assertAccessDeclared } from './access/controller-methods.ts';
import { authenticateBodies } from './http/authenticate-bodies.ts';
import { answerClientError, MAX_HEADER_BYTES } from './http/client-errors.ts';
import { addJsonBodies } from './http/json-bodies.ts';
import { KnownRoutes } from './http/known-routes.ts';
import { ProblemFilter, sendProblem } from './http/problem.filter.ts';
import { RememberedQueries } from './http/remembered-queries.ts';
import { addRequestHooks, correlationIdOf } from './http/request-hooks.ts';
import { reloadTlsOnChange, tlsOptions } from './http/tls.ts';
import { UnreadFieldsGuard } from './http/unread-fields.guard.ts';
import { createValidationPipe } from './http/validation.ts';
import { addHttpMetrics } from './metrics/http-metrics.ts';
import { NestLogger } from './nest-logger.ts';
import { addOpenApi, protectOpenApi } from './openapi/pages.ts';
import { ProtectionGuard } from './protection/protection.guard.ts';
import type { ServiceIdentity } from './service-identity.ts';
import { ServiceModule } from './service.module.ts';
import { checkCommonConfig, type CommonConfig } from './settings.ts';
import { Shutdown } from './shutdown.ts';

export const SERVICE_VERSION = '0.1.0';
/** Largest request body. A route that takes documents will have to say that it takes more. */
const BODY_LIMIT_BYTES = 1024 * 1024;
/** Of a name in an address, decoded: MongoDB's namespaces have 255 bytes, ids and keys of the cache may be longer. */
const MAX_PARAMETER_LENGTH = 1024;
/** Exit codes of sysexits.h: what a supervisor should not try again, and what it may. */
const EXIT_CONFIG = 78;
const EXIT_UNAVAILABLE = 69;
/** After this long a stop is enforced; Kubernetes kills after 30 s. */
const STOP_DEADLINE_MS = 25_000;
const RETRY_MS = 5_000;

/** What an app tells the kit: its name, its port, how it reads its configuration, and its own module. */
export interface ServiceDefinition<C extends CommonConfig> {
  name: string;
  loadConfig: (environment: Environment) => C;
  port: (config: C) => number;
  module: (config: C) => Type | DynamicModule;
  /** It starts, and goes on, without MongoDB and the queue: what watches the engines must be up when they are not. */
  startsWithoutEngines?: boolean;
}

export interface CreatedService<C extends CommonConfig> {
  app: NestFastifyApplication;
  config: C;
  logger: Logger;
}

function readConfig<C extends CommonConfig>(definition: ServiceDefinition<C>, environment: Environment): C {
  const config = definition.loadConfig(environment);
  checkCommonConfig(config);
  return config;
}

/**
 * Builds a service completely, connected to its engines but not yet listening; tests call it through `inject`.
 * @throws AppError CONFIG_INVALID, ENGINE_UNSUITABLE, or the code of an engine that cannot be reached
 */
export async function createService<C extends CommonConfig>(
  definition: ServiceDefinition<C>,
  environment: Environment,
  clock: Clock = systemClock,
): Promise<CreatedService<C>> {
  const config = readConfig(definition, environment);
  const logger = createLogger(definition.name, config.logLevel);
  const instance = config.instanceName ?? `${definition.name}@${hostname()}`;
  const identity: ServiceIdentity = { name: definition.name, version: SERVICE_VERSION, instance };
  const https = tlsOptions(config);
  const parser = { maxHeaderSize: MAX_HEADER_BYTES };
  const adapter = new FastifyAdapter({
    genReqId: (request: IncomingMessage) => correlationIdOf(request.headers),
    bodyLimit: BODY_LIMIT_BYTES,
    forceCloseConnections: 'idle',
    // No service has Nest middleware; without its engine a request passes one hook less.
    skipMiddie: true,
    routerOptions: { maxParamLength: MAX_PARAMETER_LENGTH },
    // What the router refuses before any hook runs: an address it cannot decode, a part of it that is too long.
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
      sendProblem(error, request, reply, logger),
    clientErrorHandler: answerClientError,
    ...(https ? { https: { ...https, ...parser } } : { http: parser }),
  });
  const root = ServiceModule.forService({
    identity,
    config,
    logger,
    clock,
    feature: definition.module(config),
    needsEngines: definition.startsWithoutEngines !== true,
  });
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, {
    logger: new NestLogger(logger),
    abortOnError: false,
    bodyParser: false,
  });
  try {
    const needsEngines = definition.startsWithoutEngines !== true;
    await prepareRecords(app, config, logger, needsEngines);
    await initialize(app, identity, config, logger);
  } catch (error) {
    // Its connections would keep the process, and with it a test run, alive.
    await app.close().catch(() => undefined);
    throw error;
  }
  return { app, config, logger };
}

/** Makes what the service's own records need: at once, or for one that starts without engines as soon as they answer. */
async function prepareRecords(
  app: NestFastifyApplication,
  config: CommonConfig,
  logger: Logger,
  needsEngines: boolean,
): Promise<void> {
  const prepare = async (): Promise<void> => {
    await app.get(JobService).init();
    await app.get(ApiKeysService).ensureBootstrapKey(config.bootstrapApiKey);
  };
  if (needsEngines) return prepare();
  const { signal } = app.get(Shutdown);
  const keepTrying = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        return await prepare();
      } catch (error) {
        logger.warn({ err: error }, 'the engines do not answer yet; trying again');
        await systemClock.sleep(RETRY_MS, signal).catch(() => undefined);
      }
    }
  };
  void keepTrying();
}

async function initialize(
  app: NestFastifyApplication,
  identity: ServiceIdentity,
  config: CommonConfig,
  logger: Logger,
): Promise<void> {
  assertAccessDeclared(app);
  prepareHttp(app, identity, logger);
  if (config.tlsCert !== undefined) {
    const stop = reloadTlsOnChange(app.getHttpServer() as TlsServer, config, logger);
    app.getHttpServer().once('close', stop);
  }
  await app.init();
  await (app.getHttpAdapter().getInstance() as FastifyInstance).ready();
}

function prepareHttp(app: NestFastifyApplication, identity: ServiceIdentity, logger: Logger): void {
  const server = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  const routes = app.get(KnownRoutes);
  routes.watch(server);
  addJsonBodies(app, BODY_LIMIT_BYTES);
  addRequestHooks(server, logger);
  addHttpMetrics(server, app.get(Registry));
  app.get(AuditService).addHook(server);
  authenticateBodies(server, app.get(AccessGuard), logger);
  protectOpenApi(server, app.get(AccessGuard), logger);
  // What nobody reads is refused before protected mode asks whether this is a dry run.
  const guards = [AccessGuard, RateLimitGuard, UnreadFieldsGuard, ProtectionGuard];
  app.useGlobalGuards(...guards.map((guard) => app.get<CanActivate>(guard)));
  app.useGlobalPipes(new RememberedQueries(createValidationPipe()));
  app.useGlobalFilters(new ProblemFilter(logger, routes));
  addOpenApi(app, identity.name, identity.version);
}

function exitLine(name: string, error: unknown, port: number | undefined): { line: string; code: number } {
  const system = error as NodeJS.ErrnoException;
  if (isAppError(error, 'CONFIG_INVALID'))
    return { line: `${name}: configuration: ${error.message}`, code: EXIT_CONFIG };
  if (error instanceof AppError)
    return { line: `${name}: cannot start: ${error.message} [${error.code}]`, code: EXIT_UNAVAILABLE };
  if (system.code === 'EADDRINUSE') {
    return {
      line: `${name}: cannot start: port ${port ?? '?'} is in use; stop the other program or set another port`,
      code: EXIT_CONFIG,
    };
  }
  if (system.code === 'EACCES' || system.code === 'EADDRNOTAVAIL') {
    return {
      line: `${name}: cannot start: cannot listen on port ${port ?? '?'} (${system.code}); check BIND_ADDRESS and the port`,
      code: EXIT_CONFIG,
    };
  }
  return { line: `${name}: cannot start: ${system.stack ?? String(error)}`, code: 1 };
}

/** Stops on SIGTERM and SIGINT: no new work, running jobs finished or handed back, connections closed, exit code 0. */
function stopOnSignal(app: NestFastifyApplication, logger: Logger): void {
  let stopping = false;
  const stop = (signal: string): void => {
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, 'stopping');
    const enforce = setTimeout(() => {
      logger.error('could not stop in time');
      process.exit(1);
    }, STOP_DEADLINE_MS);
    enforce.unref();
    app.close().then(
      () => {
        logger.info('stopped');
        process.exit(0);
      },
      (error: unknown) => {
        logger.error({ err: error }, 'failed while stopping');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

/** The whole of an app's `main.ts`: starts the service, or writes one line that says why not and ends the process. */
export async function startService<C extends CommonConfig>(definition: ServiceDefinition<C>): Promise<void> {
  let port: number | undefined;
  try {
    const environment = processEnvironment();
    const { app, config, logger } = await createService(definition, environment);
    port = definition.port(config);
    await app.listen(port, config.bindAddress);
    stopOnSignal(app, logger);
    logger.info({ url: await app.getUrl() }, 'ready');
  } catch (error) {
    const { line, code } = exitLine(definition.name, error, port);
    process.stderr.write(`${line}\n`);
    process.exit(code);
  }
}
