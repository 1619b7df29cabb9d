import type { JobView } from '@lucid/jobs/job-record';

/** A backup's job as this service's own endpoints answer it: the job, and its id under the name they use. */
export type BackupJobView = JobView & { job_id: string };
