import type { ErrorCode } from '@lucid/models/errors';
import type { INestApplication } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import { controllerMethods, type ControllerMethod } from '../access/controller-methods.ts';
import type { RouteAccess } from '../access/route-access.ts';
import { isDestructive } from '../protection/destructive.ts';
import { docCommentsOf, toSummary } from './doc-comments.ts';
import { ROUTE_PROBLEMS } from './problems.ts';

export type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
export const METHODS = ['get', 'put', 'post', 'delete', 'patch'] as const;

/** Members of an operation that only this suite has (OpenAPI, specification extensions). */
export interface LucidOperation extends Operation {
  'x-lucid-role'?: RouteAccess;
  'x-lucid-problems'?: ErrorCode[];
}

export function operationsOf(document: OpenAPIObject): { path: string; method: string; operation: LucidOperation }[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      return operation ? [{ path, method, operation }] : [];
    }),
  );
}

/** Gives each operation the doc comment of its method, the least role that may call it, and the problems it names. */
export function describeOperations(app: INestApplication, document: OpenAPIObject): OpenAPIObject {
  const methods = new Map(controllerMethods(app).map((method) => [idOf(method), method]));
  for (const { operation } of operationsOf(document)) {
    const method = methods.get(operation.operationId ?? '');
    if (!method) continue;
    const comment = docCommentsOf(method.controller).get(method.name);
    if (comment !== undefined && !operation.summary) Object.assign(operation, toSummary(comment));
    if (method.access !== undefined) operation['x-lucid-role'] = method.access;
    const destroys = isDestructive(method.handler);
    const named = [...problemsNamedAt(method.controller), ...problemsNamedAt(method.handler)];
    operation['x-lucid-problems'] = destroys ? [...named, 'PROTECTED'] : named;
    if (method.access === 'public') operation.security = [];
  }
  return document;
}

function problemsNamedAt(target: object): ErrorCode[] {
  return (Reflect.getMetadata(ROUTE_PROBLEMS, target) as ErrorCode[] | undefined) ?? [];
}

function idOf({ controller, name }: ControllerMethod): string {
  return `${controller.name.replace(/Controller$/, '')}_${name}`;
}
