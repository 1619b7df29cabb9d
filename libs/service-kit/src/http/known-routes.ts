import { AppError } from '@lucid/core/app-error';
import type { FastifyInstance } from 'fastify';

export interface KnownRoute {
  /** HTTP method in capitals. */
  method: string;
  /** As the router has it, e.g. `/api/v1/jobs/:id`. */
  url: string;
}

/** What the router was given, whoever gave it. */
export class KnownRoutes {
  readonly routes: KnownRoute[] = [];
  private readonly patterns = new Map<string, RegExp>();

  /** Must be called before the first route is added. */
  watch(server: FastifyInstance): void {
    server.addHook('onRoute', ({ method, url }) => {
      for (const one of [method].flat()) this.routes.push({ method: one, url });
      this.patterns.set(url, patternOf(url));
    });
  }

  /** Methods that the address has; none where there is no such address. */
  methodsAt(path: string): string[] {
    const urls = new Set([...this.patterns].filter(([, pattern]) => pattern.test(path)).map(([url]) => url));
    return [...new Set(this.routes.filter(({ url }) => urls.has(url)).map(({ method }) => method))].sort();
  }
}

/** Parameters take a part of the path, `*` the rest of it. */
function patternOf(url: string): RegExp {
  const parts = url.split(/(:[A-Za-z_]\w*|\*)/).map((part) => {
    if (part.startsWith(':')) return '[^/]+';
    return part === '*' ? '.*' : part.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${parts.join('')}$`);
}

export class MethodNotAllowed extends AppError {
  readonly allow: string;

  constructor(method: string, allowed: readonly string[]) {
    super('METHOD_NOT_ALLOWED', `${method} is not among the methods of this address: ${allowed.join(', ')}`);
    this.allow = allowed.join(', ');
  }
}
