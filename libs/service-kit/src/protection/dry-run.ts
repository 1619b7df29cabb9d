import type { ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { hasField, routeInputOf } from '../http/route-input.ts';

/** Where the DTOs of a route take `dryRun`. Elsewhere the word is nobody's, or a field of somebody's document. */
export interface DryRunPlaces {
  readonly query: boolean;
  readonly body: boolean;
}

const dryRuns = new WeakSet<FastifyRequest>();

export function dryRunPlacesOf(context: ExecutionContext): DryRunPlaces {
  const { query, body } = routeInputOf(context.getClass(), context.getHandler());
  return { query: hasField(query, 'dryRun'), body: hasField(body, 'dryRun') };
}

/** Does the call only ask what would happen? Remembered for `isDryRun`. */
export function noteDryRun(request: FastifyRequest, { query, body }: DryRunPlaces): boolean {
  const asks =
    (query && (request.query as { dryRun?: unknown } | null)?.dryRun === 'true') ||
    (body && (request.body as { dryRun?: unknown } | null | undefined)?.dryRun === true);
  if (asks) dryRuns.add(request);
  return asks;
}

/** Of a request that has come past the guards; one that was refused before is none. */
export function isDryRun(request: FastifyRequest): boolean {
  return dryRuns.has(request);
}
