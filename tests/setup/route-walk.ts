import { ROLES, type Role } from '@lucid/models/roles';
import { controllerMethods } from '@lucid/service-kit/access/controller-methods';
import type { RouteAccess } from '@lucid/service-kit/access/route-access';
import { routeInputOf } from '@lucid/service-kit/http/route-input';
import { KnownRoutes, type KnownRoute } from '@lucid/service-kit/http/known-routes';
import type { Answer, Method, TestService } from './test-service.ts';

/** All that answers without a key, in any service. */
export const PUBLIC_ROUTES = ['/health', '/health/live', '/health/ready', '/metrics', '/problems/:code'];
/** The documents and their page, which no controller serves. */
const DOCUMENTS = /^\/(docs(\/.*)?|openapi\.(json|yaml))$/;

export interface WalkedRoute extends KnownRoute {
  /** Undefined where nobody says who may call it. */
  access: RouteAccess | undefined;
  /** Whose DTO may be looked at after another part of the request. */
  readsQuery: boolean;
}

/** Every route the router has, with who may call it. */
export function routesOf({ app }: Pick<TestService, 'app'>): WalkedRoute[] {
  const declared = new Map(controllerMethods(app).map((method) => [`${method.verb} ${clean(method.path)}`, method]));
  return app.get(KnownRoutes).routes.map(({ method, url }) => {
    const asked = method === 'HEAD' ? 'GET' : method;
    const found = declared.get(`${asked} ${clean(url)}`);
    const access = DOCUMENTS.test(url) ? 'viewer' : found?.access;
    const readsQuery = found !== undefined && routeInputOf(found.controller, found.handler).query !== undefined;
    return { method, url, access, readsQuery };
  });
}

function clean(path: string): string {
  return `/${path}`.replace(/\/+/g, '/').replace(/(.)\/$/, '$1');
}

export function roleBelow(role: Role): Role | undefined {
  return ROLES[ROLES.indexOf(role) - 1];
}

/** A call of the route with some value for each parameter and an empty body: what it does must not get that far. */
function callRoute(service: TestService, { method, url }: KnownRoute, key?: string, query = ''): Promise<Answer> {
  const path = url.replace(/:\w+/g, 'walked').replace('*', 'walked') + query;
  const body = ['POST', 'PUT', 'PATCH'].includes(method) ? {} : undefined;
  return service.call(method as Method, path, { ...(key !== undefined && { key }), body });
}

/** What is wrong with its answer to a parameter that it does not know. */
async function unknownParameter(service: TestService, route: WalkedRoute, key?: string): Promise<string | undefined> {
  if (DOCUMENTS.test(route.url)) return undefined;
  const { status, text } = await callRoute(service, route, key, '?unheard_of=1');
  const isNamed = route.method === 'HEAD' || route.readsQuery || text.includes('/unheard_of');
  return status === 400 && isNamed ? undefined : `answers ${status} to a parameter that it does not know: ${text}`;
}

/**
 * What is wrong with who may call the routes of a service, and with what; nothing, where each refuses whom it must, and a parameter that it
 * does not know.
 */
export async function walkRoutes(service: TestService): Promise<string[]> {
  const keys = new Map<Role, string>();
  for (const role of ROLES) keys.set(role, await service.key(role));
  const wrong: string[] = [];
  for (const route of routesOf(service)) {
    const { method, url, access } = route;
    const name = `${method} ${url}`;
    if (access === undefined) wrong.push(`${name} does not say who may call it`);
    if (PUBLIC_ROUTES.includes(url)) continue;
    if (access === undefined || access === 'public' || access === 'metrics') {
      wrong.push(`${name} is open and not on the list of what is`);
      continue;
    }
    const stranger = await callRoute(service, route);
    if (stranger.status !== 401) wrong.push(`${name} answers ${stranger.status} without a key`);
    const below = roleBelow(access);
    const refused = below && (await callRoute(service, route, keys.get(below)));
    if (refused && refused.status !== 403) wrong.push(`${name}, for ${access}, answers ${refused.status} to ${below}`);
    const complaint = await unknownParameter(service, route, keys.get(access));
    if (complaint !== undefined) wrong.push(`${name} ${complaint}`);
  }
  return wrong;
}
