import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { isDestructive, isDryRun } from './destructive.ts';
import { Protection } from './protection.service.ts';

/** Refuses what destroys while protected mode is on; a `dryRun` may look. */
@Injectable()
export class ProtectionGuard implements CanActivate {
  private readonly known = new Map<unknown, boolean>();

  constructor(private readonly protection: Protection) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const handler = context.getHandler();
    let destroys = this.known.get(handler);
    if (destroys === undefined) this.known.set(handler, (destroys = isDestructive(handler)));
    if (!destroys) return true;
    return (
      isDryRun(context.switchToHttp().getRequest<FastifyRequest>()) || this.protection.assertOff().then(() => true)
    );
  }
}
