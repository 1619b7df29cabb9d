import { randomUUID } from 'node:crypto';
import type { Logger } from '@lucid/core/logger';
import { RequestLog } from '@lucid/core/request-log';
import { currentContext, runInContext, type RequestContext } from '@lucid/core/request-context';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** What a client may send as X-Request-Id: anything else is replaced, so that logs cannot be forged through it. */
const SAFE_ID = /^[A-Za-z0-9._-]{1,64}$/;
/** W3C Trace Context, version 00. */
const TRACEPARENT = /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** Paths that are asked every few seconds by machines: logged at debug only. */
const QUIET = /^\/(health|metrics)/;

/** The correlation id of a request: its X-Request-Id, else its trace id, else a new one. */
export function correlationIdOf(headers: FastifyRequest['headers'] | NodeJS.Dict<string | string[]>): string {
  const given = headers['x-request-id'];
  if (typeof given === 'string' && SAFE_ID.test(given)) return given;
  const trace = TRACEPARENT.exec(String(headers['traceparent'] ?? ''));
  return trace?.[1] ?? randomUUID();
}

/** Gives each request its context, its correlation id in the answer, safe headers, and one log line at its end. */
export function addRequestHooks(server: FastifyInstance, logger: Logger): void {
  server.addHook('onRequest', (request, reply, done) => {
    const traceparent = request.headers['traceparent'];
    const context: RequestContext = { correlationId: request.id };
    if (typeof traceparent === 'string' && TRACEPARENT.test(traceparent)) context.traceparent = traceparent;
    void reply.header('x-request-id', request.id);
    void reply.header('x-content-type-options', 'nosniff');
    void reply.header('cache-control', 'no-store');
    runInContext(context, done);
  });
  const log = new RequestLog(logger);
  server.addHook('onResponse', (request, reply, done) => {
    const path = pathOf(request.url);
    const level = QUIET.test(path) ? 'debug' : 'info';
    if (logger.isLevelEnabled(level)) {
      log.add(level, {
        method: request.method,
        path,
        status: reply.statusCode,
        durationMs: Math.round(reply.elapsedTime * 100) / 100,
        correlationId: request.id,
        actor: currentContext()?.actor?.id,
      });
    }
    done();
  });
  server.addHook('onClose', (_, done) => {
    log.flush();
    done();
  });
}

/** An address without its query. */
export function pathOf(url: string): string {
  const query = url.indexOf('?');
  return query === -1 ? url : url.slice(0, query);
}
