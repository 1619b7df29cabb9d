import type { Role } from '@lucid/models/roles';
import { SetMetadata } from '@nestjs/common';

export const ROUTE_ACCESS = 'lucid:access';
export type RouteAccess = Role | 'public' | 'metrics';

/** The least role that may call this route. A route without any of these three is refused to everybody. */
export const RequireRole = (role: Role): MethodDecorator & ClassDecorator => SetMetadata(ROUTE_ACCESS, role);
/** No key needed: health only. */
export const Public = (): MethodDecorator & ClassDecorator => SetMetadata(ROUTE_ACCESS, 'public');
/** No key needed unless METRICS_TOKEN is set. */
export const MetricsAccess = (): MethodDecorator & ClassDecorator => SetMetadata(ROUTE_ACCESS, 'metrics');
