import type { JobContract } from './job-contract.ts';

type Defaulted = 'maxInterruptions' | 'retentionDays';

/** A contract with the usual limits: ten interruptions, kept for 30 days. */
export function defineContract<P extends object, R extends object>(
  contract: Omit<JobContract<P, R>, Defaulted> & Partial<Pick<JobContract<P, R>, Defaulted>>,
): JobContract<P, R> {
  return { maxInterruptions: 10, retentionDays: 30, ...contract };
}
