import type { ExecutionContext } from '@nestjs/common';
import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA } from '@nestjs/common/constants.js';

const DESTRUCTIVE = 'lucid:destructive';

/**
 * Protected mode refuses this call, unless it is a `dryRun`. Every DELETE is one such: `@Destructive(false)` is for those that take
 * nothing away that is missed, such as cancelling a job.
 */
export const Destructive =
  (isDestructive = true): MethodDecorator =>
  (_target, _name, descriptor) => {
    Reflect.defineMetadata(DESTRUCTIVE, isDestructive, descriptor.value as object);
  };

export function isDestructive(handler: ReturnType<ExecutionContext['getHandler']>): boolean {
  const said = Reflect.getMetadata(DESTRUCTIVE, handler) as boolean | undefined;
  return said ?? Reflect.getMetadata(METHOD_METADATA, handler) === RequestMethod.DELETE;
}
