import { Readable } from 'node:stream';
import type { FieldError } from '@lucid/core/app-error';
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { ROUTE_ACCESS, type RouteAccess } from '../access/route-access.ts';
import { routeInputOf } from './route-input.ts';
import { refuseFields, unknownField } from './validation.ts';

/** Which parts of a request are looked at by the validation pipe, or may hold anything. */
interface Reads {
  readonly query: boolean;
  readonly body: boolean;
}

/**
 * Refuses fields in a part of the request that its route does not read. Whoever sends `dryRun` in the body of a route that takes it from
 * the query, or the other way round, means something, and would have the opposite done. Probes and scrapers may send what they like.
 */
@Injectable()
export class UnreadFieldsGuard implements CanActivate {
  private readonly known = new Map<unknown, Reads>();

  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const handler = context.getHandler();
    let reads = this.known.get(handler);
    if (!reads) this.known.set(handler, (reads = this.readsOf(context)));
    const { query, body } = context.switchToHttp().getRequest<FastifyRequest>();
    const unread = [...(reads.query ? [] : fieldsOf(query)), ...(reads.body ? [] : fieldsOf(body))];
    if (unread.length > 0) throw refuseFields(unread);
    return true;
  }

  private readsOf(context: ExecutionContext): Reads {
    const places = [context.getHandler(), context.getClass()];
    const access = this.reflector.getAllAndOverride<RouteAccess | undefined>(ROUTE_ACCESS, places);
    if (access === 'public' || access === 'metrics') return { query: true, body: true };
    const { query, body } = routeInputOf(context.getClass(), context.getHandler());
    return { query: query !== undefined, body: body !== undefined };
  }
}

/** Of a parsed query or JSON body; a body that is a stream has none. */
function fieldsOf(part: unknown): FieldError[] {
  if (typeof part !== 'object' || part === null || part instanceof Readable) return [];
  return Object.keys(part).map((name) => unknownField(name));
}
