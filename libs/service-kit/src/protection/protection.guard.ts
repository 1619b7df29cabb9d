import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { isDestructive } from './destructive.ts';
import { dryRunPlacesOf, noteDryRun, type DryRunPlaces } from './dry-run.ts';
import { Protection } from './protection.service.ts';

interface Route {
  readonly destroys: boolean;
  readonly dryRun: DryRunPlaces;
}

/** Refuses what destroys while protected mode is on; a `dryRun` may look. */
@Injectable()
export class ProtectionGuard implements CanActivate {
  private readonly known = new Map<unknown, Route>();

  constructor(private readonly protection: Protection) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const handler = context.getHandler();
    let route = this.known.get(handler);
    if (!route) {
      route = { destroys: isDestructive(handler), dryRun: dryRunPlacesOf(context) };
      this.known.set(handler, route);
    }
    const isDryRun = noteDryRun(context.switchToHttp().getRequest<FastifyRequest>(), route.dryRun);
    return isDryRun || !route.destroys || this.protection.assertOff().then(() => true);
  }
}
