import type { components, paths } from './generated/storage-api.ts';
import {
  bodyOf,
  createServiceClient,
  untilJobEnds,
  type JobWaitOptions,
  type ServiceClientOptions,
  type TypedClient,
} from './service-client.ts';

export type StorageApiJob = components['schemas']['Job'];

export interface StorageApiClient {
  /** `rest.GET('/api/v1/backups', { params: { query: { limit: 10 } } })`: throws a ServiceProblem for whatever is refused. */
  readonly rest: TypedClient<paths>;
  /** The job, ended: succeeded, degraded, failed or cancelled. @throws ServiceProblem, TypeError, the reason of the signal */
  waitForJob(id: string, options?: JobWaitOptions<StorageApiJob>): Promise<StorageApiJob>;
}

/** A typed client of storage-api. It keeps no connection of its own and needs no end. */
export function createStorageApiClient(options: ServiceClientOptions): StorageApiClient {
  const rest = createServiceClient<paths>(options);
  const look = async (id: string): Promise<StorageApiJob> =>
    bodyOf(await rest.GET('/api/v1/jobs/{id}', { params: { path: { id } } }));
  return { rest, waitForJob: (id, wait) => untilJobEnds(() => look(id), options.clock, wait) };
}
