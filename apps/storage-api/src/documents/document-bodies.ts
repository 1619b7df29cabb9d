import { AppError } from '@lucid/core/app-error';
import type { Logger } from '@lucid/core/logger';
import { sendProblem } from '@lucid/service-kit/http/problem.filter';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const ROUTES = '/api/v1/database/collections/:name/documents';
/** RFC 7396 and RFC 6902. */
export const PATCH_TYPES = ['application/merge-patch+json', 'application/json-patch+json'] as const;
/** Smaller bodies are not counted: a thousand of them are no burden. */
const COUNTED_BYTES = 1024 * 1024;
/** How many of the largest bodies may be in hand at once: each costs its bytes several times while it is read. */
const LARGEST_AT_ONCE = 4;

/**
 * Lets bodies that hold documents be as large as `limitBytes`, and bounds what all of them together may be: more is asked to come again. Says
 * what types a patch has. To be called before the routes are made.
 */
export function allowLargeDocuments(server: FastifyInstance, limitBytes: number, logger: Logger): void {
  const inHand = new Map<FastifyRequest, number>();
  let bytes = 0;
  server.addHook('onRoute', (route) => {
    if (!route.url.startsWith(ROUTES)) return;
    route.bodyLimit = limitBytes;
    if (route.method === 'PATCH') route.config = { ...route.config, contentTypes: PATCH_TYPES } as typeof route.config;
  });
  // After the caller is known, before the body is read.
  server.addHook('preParsing', (request, reply, _payload, done) => {
    const size = sizeOf(request, limitBytes);
    if (size <= COUNTED_BYTES || size > limitBytes) return done();
    if (bytes + size > LARGEST_AT_ONCE * limitBytes) {
      const detail = 'many large bodies are being read; send it again in a moment, or in smaller bulks';
      sendProblem(new AppError('TOO_MANY_REQUESTS', detail, { retryAfterSeconds: 1 }), request, reply, logger);
      return;
    }
    bytes += size;
    inHand.set(request, size);
    done();
  });
  server.addHook('onResponse', (request, _reply, done) => {
    bytes -= inHand.get(request) ?? 0;
    inHand.delete(request);
    done();
  });
}

/**
 * Is the body so small that neither one of its documents nor all of them together come near 16 MiB? BSON has eight times the bytes of JSON at
 * most (a list of digits).
 */
export function isSmallBody({ headers }: FastifyRequest): boolean {
  const length = Number(headers['content-length'] ?? Infinity);
  return headers['transfer-encoding'] === undefined && length <= COUNTED_BYTES;
}

/** What a request brings; one that does not say may bring all it is allowed to. */
function sizeOf({ headers, routeOptions }: FastifyRequest, limitBytes: number): number {
  if (routeOptions.url?.startsWith(ROUTES) !== true) return 0;
  if (headers['transfer-encoding'] !== undefined) return limitBytes;
  return Number(headers['content-length'] ?? 0);
}
