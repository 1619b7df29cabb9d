import { createHash, timingSafeEqual } from 'node:crypto';
import { AppError } from '@lucid/core/app-error';
import { currentContext } from '@lucid/core/request-context';
import { isRole, roleAllows, type Role } from '@lucid/models/roles';
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import type { CommonConfig } from '../settings.ts';
import { InjectConfig } from '../tokens.ts';
import { ApiKeysService } from './api-keys.service.ts';
import { JwtVerifier } from './jwt.ts';
import { ROUTE_ACCESS, type RouteAccess } from './route-access.ts';

/** The key or token a request carries: `Authorization: Bearer …` or `X-API-Key`. */
function presentedSecret(request: FastifyRequest): string | undefined {
  const apiKey = request.headers['x-api-key'];
  if (typeof apiKey === 'string' && apiKey !== '') return apiKey;
  return /^bearer +(.+)$/i.exec(request.headers.authorization ?? '')?.[1];
}

/**
 * The password of HTTP Basic, which lets a browser open the documentation. Accepted nowhere else: a browser sends it again
 * by itself, and so another site could act through it.
 */
export function basicPassword(request: FastifyRequest): string | undefined {
  const match = /^basic (.+)$/i.exec(request.headers.authorization ?? '');
  if (!match?.[1]) return undefined;
  const text = Buffer.from(match[1], 'base64').toString('utf8');
  return text.slice(text.indexOf(':') + 1);
}

function sameSecret(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

interface Caller {
  readonly id: string;
  readonly role: Role;
}

function requireRole(actor: Caller, needed: Role | undefined): true {
  if (needed === undefined) throw new AppError('FORBIDDEN', 'this route is open to no role');
  if (!roleAllows(actor.role, needed)) {
    throw new AppError('FORBIDDEN', `this needs the role ${needed} or a higher one; the key has ${actor.role}`);
  }
  return true;
}

/** Decides who may call a route. Deny by default: a route that does not say who may call it is refused to everybody. */
@Injectable()
export class AccessGuard implements CanActivate {
  private readonly accesses = new Map<unknown, Map<unknown, RouteAccess | undefined>>();

  constructor(
    private readonly reflector: Reflector,
    private readonly apiKeys: ApiKeysService,
    private readonly tokens: JwtVerifier,
    @InjectConfig() private readonly config: CommonConfig,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const access = this.accessOf(context);
    if (access === 'public') return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (access === 'metrics') return this.allowMetrics(request);
    const actor = this.identify(presentedSecret(request));
    if (!(actor instanceof Promise)) return requireRole(actor, access);
    return actor.then((known) => requireRole(known, access));
  }

  /** Finds out who calls, before a body is read. @throws AppError UNAUTHENTICATED, MONGODB_UNAVAILABLE */
  async identifyCaller(request: FastifyRequest): Promise<void> {
    await this.identify(presentedSecret(request));
  }

  /** Identifies the caller and checks the role. @throws AppError UNAUTHENTICATED, FORBIDDEN, MONGODB_UNAVAILABLE */
  async authorize(secret: string | undefined, needed: Role | undefined): Promise<void> {
    requireRole(await this.identify(secret), needed);
  }

  /** Of a route, which says it once and for all. */
  private accessOf(context: ExecutionContext): RouteAccess | undefined {
    const handler = context.getHandler();
    const controllers = this.accesses.get(handler) ?? new Map<unknown, RouteAccess | undefined>();
    const controller = context.getClass();
    if (!controllers.has(controller)) {
      const access = this.reflector.getAllAndOverride<RouteAccess | undefined>(ROUTE_ACCESS, [handler, controller]);
      this.accesses.set(handler, controllers.set(controller, access));
    }
    return controllers.get(controller);
  }

  /**
   * The caller, who is also kept with the request: asked twice, it is looked up once. At once where a key is remembered.
   * @throws AppError UNAUTHENTICATED, at once or by the promise
   */
  private identify(secret: string | undefined): Caller | Promise<Caller> {
    const requestContext = currentContext();
    const known = requestContext?.actor;
    if (known && isRole(known.role)) return { id: known.id, role: known.role };
    if (secret === undefined) {
      throw new AppError('UNAUTHENTICATED', 'send an API key or a JWT as `Authorization: Bearer …` or `X-API-Key`');
    }
    const keep = (actor: Caller | null): Caller => {
      if (!actor) throw new AppError('UNAUTHENTICATED', 'the API key is unknown or revoked');
      if (requestContext) requestContext.actor = actor;
      return actor;
    };
    const isToken = secret.startsWith('ey') && secret.split('.').length === 3;
    const actor = isToken ? this.tokens.authenticate(secret) : this.apiKeys.authenticate(secret);
    return actor instanceof Promise ? actor.then(keep) : keep(actor);
  }

  private allowMetrics(request: FastifyRequest): boolean {
    const expected = this.config.metricsToken;
    if (expected === undefined) return true;
    const given = presentedSecret(request);
    if (given !== undefined && sameSecret(given, expected)) return true;
    throw new AppError('UNAUTHENTICATED', 'send METRICS_TOKEN as `Authorization: Bearer …`');
  }
}
