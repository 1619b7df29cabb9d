import type { AppError } from '@lucid/core/app-error';
import type { Logger } from '@lucid/core/logger';
import type { ErrorCode } from '@lucid/models/errors';
import { Catch, ServiceUnavailableException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { toEngineError } from './engine-errors.ts';
import { MethodNotAllowed, type KnownRoutes } from './known-routes.ts';
import { PROBLEM_TYPE, toProblem, toShownError } from './problem.ts';

/** Seconds a client is asked to wait where the error names none. */
const RETRY_AFTER_SECONDS = 5;

const codes = new WeakMap<FastifyRequest, ErrorCode>();

/** The code that a request was refused with; undefined where it was not. */
export function problemCodeOf(request: FastifyRequest): ErrorCode | undefined {
  return codes.get(request);
}

/** Sends an error as a problem document, and logs what the caller must not see. */
export function sendProblem(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  logger: Logger,
  challenge = 'Bearer realm="lucid"',
): void {
  const shown: AppError = toShownError(error, toEngineError, contentTypesOf(error, request));
  codes.set(request, shown.code);
  if (shown.status >= 500) logger.error({ err: error, code: shown.code }, 'request failed');
  else logger.debug({ err: error, code: shown.code }, 'request refused');
  if (shown instanceof MethodNotAllowed) void reply.header('allow', shown.allow);
  if (shown.status === 401) void reply.header('www-authenticate', challenge);
  if (shown.status === 429 || shown.status === 503) {
    void reply.header('retry-after', String(shown.retryAfterSeconds ?? RETRY_AFTER_SECONDS));
  }
  const path = request.url.split('?', 1)[0] ?? '/';
  void reply
    .status(shown.status)
    .header('content-type', PROBLEM_TYPE)
    .send(toProblem(shown, path, request.id));
}

/** What the route takes that a body of another type was sent to: `contentTypes` of its configuration, where it is not JSON alone. */
function contentTypesOf(error: unknown, request: FastifyRequest): readonly string[] | undefined {
  const { statusCode, status = statusCode } = (error ?? {}) as { statusCode?: unknown; status?: unknown };
  if (status !== 415) return undefined;
  return (request.routeOptions.config as { contentTypes?: readonly string[] }).contentTypes;
}

/** Every error of a route leaves as `application/problem+json`; only a failed health check keeps its own body. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly logger: Logger,
    private readonly routes: KnownRoutes,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    // An event stream that is under way cannot become a problem document any more: cutting it tells the client.
    if (reply.raw.headersSent) {
      this.logger.warn({ err: error }, 'failed after the answer had begun');
      reply.raw.destroy();
      return;
    }
    if (error instanceof ServiceUnavailableException && request.url.startsWith('/health')) {
      void reply.status(503).send(error.getResponse());
      return;
    }
    sendProblem(request.is404 ? this.unrouted(request, error) : error, request, reply, this.logger);
  }

  /** What the router found nothing for: no such address, or a method that it does not have. */
  private unrouted({ method, url }: FastifyRequest, error: unknown): unknown {
    const allowed = this.routes.methodsAt(url.split('?', 1)[0] ?? '/');
    return allowed.length > 0 && !allowed.includes(method) ? new MethodNotAllowed(method, allowed) : error;
  }
}
