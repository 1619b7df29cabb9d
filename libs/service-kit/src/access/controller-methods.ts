import { AppError } from '@lucid/core/app-error';
import { RequestMethod, type INestApplication, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import { ROUTE_ACCESS, type RouteAccess } from './route-access.ts';

/** A method of a controller that answers requests. */
export interface ControllerMethod {
  controller: Type;
  name: string;
  handler: (...args: unknown[]) => unknown;
  /** HTTP method in capitals. */
  verb: string;
  /** As the decorators have it, e.g. `api/v1/jobs/:id`. */
  path: string;
  /** Who may call it; undefined where nobody said. */
  access: RouteAccess | undefined;
}

/** All of them, of every module of the application. */
export function controllerMethods(app: INestApplication): ControllerMethod[] {
  const scanner = new MetadataScanner();
  const modules = [...app.get(ModulesContainer).values()];
  const controllers = new Set(
    modules.flatMap((module) => [...module.controllers.values()].map(({ metatype }) => metatype)),
  );
  return [...controllers].flatMap((controller) => {
    const prototype = (controller as Type).prototype as Record<string, ControllerMethod['handler']>;
    return scanner.getAllMethodNames(prototype).flatMap((name) => {
      const handler = prototype[name];
      const verb = handler && (Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod | undefined);
      if (!handler || verb === undefined) return [];
      const prefix = String(Reflect.getMetadata(PATH_METADATA, controller as Type));
      const path = [prefix, String(Reflect.getMetadata(PATH_METADATA, handler))].join('/').replace(/\/+/g, '/');
      const access = (Reflect.getMetadata(ROUTE_ACCESS, handler) ??
        Reflect.getMetadata(ROUTE_ACCESS, controller as Type)) as RouteAccess | undefined;
      return [{ controller: controller as Type, name, handler, verb: RequestMethod[verb], path, access }];
    });
  });
}

/** A route that nobody may call is a mistake that is found at the start. @throws AppError CONFIG_INVALID naming it */
export function assertAccessDeclared(app: INestApplication): void {
  const open = controllerMethods(app).filter(({ access }) => access === undefined);
  if (open.length === 0) return;
  const names = open.map(({ controller, name, verb, path }) => `${verb} ${path} (${controller.name}.${name})`);
  throw new AppError('CONFIG_INVALID', `these routes do not say who may call them: ${names.join(', ')}`);
}
