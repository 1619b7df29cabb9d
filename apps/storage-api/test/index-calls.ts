import type { JobView } from '@lucid/jobs/job-record';
import { eventually } from '@lucid/testing/eventually';
import type { Answer, TestService } from '../../../tests/setup/test-service.ts';

export interface IndexAnswer {
  name: string;
  keys: object;
  options: Record<string, unknown>;
  hidden: boolean;
  isOfModel: boolean;
  sizeBytes: number;
  usage: { operations: number; since: string; members: string[]; unreachable: string[] } | null;
  build: { phase: string; done: number | null; total: number | null } | null;
}

/** Calls of one key to the indexes of one booted service. */
export function indexCalls(service: TestService, key: string) {
  const path = (collection: string, index?: string): string => {
    const address = `/api/v1/database/collections/${encodeURIComponent(collection)}/indexes`;
    return index === undefined ? address : `${address}/${encodeURIComponent(index)}`;
  };
  const job = async (answer: Answer): Promise<JobView> =>
    (await service.call('GET', String(answer.headers['location']), { key })).json as unknown as JobView;
  return {
    path,
    job,
    create: (collection: string, body: unknown) => service.call('POST', path(collection), { key, body }),
    async list(collection: string): Promise<IndexAnswer[]> {
      const { json } = await service.call('GET', path(collection), { key });
      return (json as { items: IndexAnswer[] }).items;
    },
    drop: (collection: string, index: string, query = '') =>
      service.call('DELETE', `${path(collection, index)}${query}`, { key }),
    hide: (collection: string, index: string, body: unknown) =>
      service.call('PATCH', path(collection, index), { key, body }),
    async ended(answer: Answer): Promise<JobView> {
      if (answer.status !== 202) throw new Error(answer.text);
      const ask = async (): Promise<JobView | undefined> => {
        const view = await job(answer);
        return view.finishedAt === null ? undefined : view;
      };
      return eventually('the end of the build', ask, { timeoutMs: 60_000 });
    },
  };
}
