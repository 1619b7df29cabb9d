import type { ExecutionContext, Type } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { getMetadataStorage } from 'class-validator';

/** Where `@ApiConsumes` puts what it is given (DECORATORS.API_CONSUMES). */
const API_CONSUMES = 'swagger/apiConsumes';

/** The parts of a request that the handler of a route takes, each as what it is declared; undefined where it takes none. */
export interface RouteInput {
  readonly query: Type | undefined;
  readonly body: Type | undefined;
}

/** Looks at decorators each time; what it finds stays the same for a handler. */
export function routeInputOf(controller: Type, handler: ReturnType<ExecutionContext['getHandler']>): RouteInput {
  const { name } = handler;
  const declared = (Reflect.getMetadata('design:paramtypes', controller.prototype as object, name) ?? []) as Type[];
  const parameters = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, name) ?? {}) as Record<
    string,
    { index: number }
  >;
  const typeOf = (kind: RouteParamtypes): Type | undefined => {
    // Keys are `kind:position`.
    const found = Object.entries(parameters).find(([key]) => key.startsWith(`${kind}:`));
    return found && (declared[found[1].index] ?? Object);
  };
  // An upload reads its body from the request itself.
  const upload = Reflect.hasMetadata(API_CONSUMES, handler) ? Object : undefined;
  return { query: typeOf(RouteParamtypes.QUERY), body: typeOf(RouteParamtypes.BODY) ?? upload };
}

/** Has the DTO a field of this name? What is no DTO, such as a document, has none that means anything to the suite. */
export function hasField(dto: Type | undefined, name: string): boolean {
  if (dto === undefined) return false;
  const rules = getMetadataStorage().getTargetValidationMetadatas(dto, '', false, false);
  return rules.some(({ propertyName }) => propertyName === name);
}
