/** Roles of the suite, from the least to the most (requirements §4, checked on the server for each route). */
export type Role = 'viewer' | 'operator' | 'backup-admin' | 'admin';

/** The queue carries the name of the service that owns it and works on it. */
export type QueueName = 'storage-api' | 'backup-service' | 'volume-manager' | 'monitoring';

/** Delay before attempt n+1: `baseMs * 2^(n-1)`, at most `maxMs`, plus up to a tenth of jitter. */
export interface Backoff {
  baseMs: number;
  maxMs: number;
}

/**
 * What can be asked for: everything about one kind of job in one record. Payloads carry names and ids as plain JSON, never
 * data and never secrets.
 */
export interface JobContract<P extends object = object, R extends object = object> {
  /** `<resource>.<verb>`, e.g. `backup.create`. Part of the REST contract. */
  readonly name: string;
  readonly queue: QueueName;
  /** First word of the job's id: `backup` in `backup_20250109_020000_k3f9`. */
  readonly idPrefix: string;
  /** class-validator rules decide what is accepted; an unknown field is refused. */
  readonly payload: new () => P;
  readonly result: new () => R;
  /** How long one run may take before it is aborted with JOB_TIMED_OUT. */
  readonly timeoutMs: number;
  /** How often it may be tried in all, when the errors are retryable ones. */
  readonly attempts: number;
  readonly backoff: Backoff;
  /** How often its worker may die or stop under it before it counts as failed with JOB_INTERRUPTED. */
  readonly maxInterruptions: number;
  /** Jobs of this kind that run at once in one worker process. */
  readonly concurrency: number;
  /** Days until the record of an ended job is removed. */
  readonly retentionDays: number;
  /** Roles that may start it. */
  readonly roles: readonly Role[];
  /** Names of the leases a run holds from its first to its last line: what it changes. Pure; called at each run. */
  resources(payload: P): string[];
}
