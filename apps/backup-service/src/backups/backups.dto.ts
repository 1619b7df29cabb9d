import type { JobView } from '@lucid/jobs/job-record';

/** A backup's job as this service's own endpoints answer it: the job, and its id under the name they use. */
export type BackupJobView = JobView & { job_id: string };

/** The answer of those endpoints in the OpenAPI document. */
export const BACKUP_JOB = {
  description: 'The job of the backup',
  schema: {
    allOf: [
      { $ref: '#/components/schemas/Job' },
      { type: 'object', required: ['job_id'], properties: { job_id: { type: 'string' } } },
    ],
  },
};
