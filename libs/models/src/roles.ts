/** Roles of callers, from least to most: each may do what the ones before it may. */
export const ROLES = ['viewer', 'operator', 'backup-admin', 'admin'] as const;
export type Role = (typeof ROLES)[number];

export function isRole(value: unknown): value is Role {
  return ROLES.some((role) => role === value);
}

export function roleAllows(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}
