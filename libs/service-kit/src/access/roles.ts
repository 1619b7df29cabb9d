import { SetMetadata } from '@nestjs/common';

/** From least to most: each role may do what the ones before it may. */
export const ROLES = ['viewer', 'operator', 'backup-admin', 'admin'] as const;
export type Role = (typeof ROLES)[number];

export const ROUTE_ACCESS = 'lucid:access';
export type RouteAccess = Role | 'public' | 'metrics';

/** The least role that may call this route. A route without any of these three is refused to everybody. */
export const RequireRole = (role: Role): MethodDecorator & ClassDecorator => SetMetadata(ROUTE_ACCESS, role);
/** No key needed: health only. */
export const Public = (): MethodDecorator & ClassDecorator => SetMetadata(ROUTE_ACCESS, 'public');
/** No key needed unless METRICS_TOKEN is set. */
export const MetricsAccess = (): MethodDecorator & ClassDecorator => SetMetadata(ROUTE_ACCESS, 'metrics');

export function isRole(value: unknown): value is Role {
  return ROLES.some((role) => role === value);
}

export function roleAllows(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}
