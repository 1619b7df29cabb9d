import type { components, paths } from './generated/backup-service.ts';
import {
  bodyOf,
  createServiceClient,
  untilJobEnds,
  type JobWaitOptions,
  type ServiceClientOptions,
  type TypedClient,
} from './service-client.ts';

export type BackupServiceJob = components['schemas']['Job'];

export interface BackupServiceClient {
  /** `rest.GET('/backups', { params: { query: { limit: 10 } } })`: throws a ServiceProblem for whatever is refused. */
  readonly rest: TypedClient<paths>;
  /** The job, ended: succeeded, degraded, failed or cancelled. @throws ServiceProblem, TypeError, the reason of the signal */
  waitForJob(id: string, options?: JobWaitOptions<BackupServiceJob>): Promise<BackupServiceJob>;
}

/** A typed client of backup-service. It keeps no connection of its own and needs no end. */
export function createBackupServiceClient(options: ServiceClientOptions): BackupServiceClient {
  const rest = createServiceClient<paths>(options);
  const look = async (id: string): Promise<BackupServiceJob> =>
    bodyOf(await rest.GET('/api/v1/jobs/{id}', { params: { path: { id } } }));
  return { rest, waitForJob: (id, wait) => untilJobEnds(() => look(id), options.clock, wait) };
}
