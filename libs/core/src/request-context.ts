import { AsyncLocalStorage } from 'node:async_hooks';

/** Who acts: the id of an API key, the subject of a token, `schedule:<id>` or `system`. */
export interface Actor {
  id: string;
  role: string;
}

/** What belongs to one request or one job, and is written with every log line of it. */
export interface RequestContext {
  correlationId: string;
  traceparent?: string;
  actor?: Actor;
  jobId?: string;
}

const storage = new AsyncLocalStorage<RequestContext>();

/** Runs `action` with this context; everything it awaits sees it. */
export function runInContext<T>(context: RequestContext, action: () => T): T {
  return storage.run(context, action);
}

export function currentContext(): RequestContext | undefined {
  return storage.getStore();
}
