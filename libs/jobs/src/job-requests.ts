import type { JobRecord } from './job-record.ts';

/** What a caller asks for, beside contract and payload. */
export interface JobRequestOptions {
  actor: JobRecord['actor'];
  correlationId: string;
  /** From the Idempotency-Key header; counts per actor, for as long as the record is kept. */
  idempotencyKey?: string;
}

export interface JobListQuery {
  name?: string;
  state?: JobRecord['state'];
  /** 1–1000, 50 when left out. Newest first. */
  limit?: number;
  /** `nextCursor` of the page before; bound to `name` and `state`. */
  cursor?: string;
}

export interface JobPage {
  items: JobRecord[];
  limit: number;
  nextCursor: string | null;
}
