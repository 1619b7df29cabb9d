import { currentContext, type RequestContext } from '@lucid/core/request-context';

export interface AuditedChange {
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
}

const changes = new WeakMap<RequestContext, AuditedChange>();

/**
 * Says what the present request changes, for its audit entry: null before where it was made, null after where it was removed. Never a
 * secret: the trail is kept for a year.
 */
export function auditChange(before: object | null, after: object | null): void {
  const context = currentContext();
  if (context) changes.set(context, { before: plain(before), after: plain(after) });
}

/** What was said of it; nothing where nobody did. */
export function changeOf(context: RequestContext | undefined): Partial<AuditedChange> {
  return (context && changes.get(context)) ?? {};
}

/** As it is read again: dates are text, what is undefined is not there. */
function plain(value: object | null): Record<string, unknown> | null {
  return value && (JSON.parse(JSON.stringify(value)) as Record<string, unknown>);
}
