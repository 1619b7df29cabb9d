import type { Client } from '@elastic/elasticsearch';
import { AppError } from '@lucid/core/app-error';
import { jsonRequest } from './raw-request.ts';

export interface ServerFacts {
  /** The oldest version in the cluster, such as `8.11.4`. */
  readonly version: string;
  readonly clusterUuid: string;
}

interface NodesAnswer {
  readonly nodes?: Readonly<Record<string, { version?: string; timestamp?: number }>>;
}

/** From interfaces that every distribution has (`GET /` is not there in the minimal one). */
export async function readServerFacts(client: Client, signal?: AbortSignal): Promise<ServerFacts> {
  const abort = signal && { signal };
  const { nodes } = await jsonRequest<NodesAnswer>(client, {
    ...{ method: 'GET', path: '/_nodes', query: { filter_path: 'nodes.*.version' } },
    ...abort,
  });
  const { metadata } = await jsonRequest<{ metadata?: { cluster_uuid?: string } }>(client, {
    ...{ method: 'GET', path: '/_cluster/state/metadata', query: { filter_path: 'metadata.cluster_uuid' } },
    ...abort,
  });
  const versions = Object.values(nodes ?? {}).flatMap(({ version }) => version ?? []);
  const [version] = versions.sort(compareVersions);
  const clusterUuid = metadata?.cluster_uuid;
  if (version === undefined || clusterUuid === undefined) {
    throw new AppError('ELASTICSEARCH_UNAVAILABLE', 'Elasticsearch has formed no cluster yet', {
      retryAfterSeconds: 5,
    });
  }
  return { version, clusterUuid };
}

/** The time of the elected master. @throws AppError ELASTICSEARCH_UNAVAILABLE */
export async function readServerTime(client: Client, signal?: AbortSignal): Promise<Date> {
  const { nodes } = await jsonRequest<NodesAnswer>(client, {
    ...{ method: 'GET', path: '/_nodes/_master/stats/process', query: { filter_path: 'nodes.*.timestamp' } },
    ...(signal && { signal }),
  });
  const timestamp = Object.values(nodes ?? {})[0]?.timestamp;
  if (timestamp !== undefined) return new Date(timestamp);
  throw new AppError('ELASTICSEARCH_UNAVAILABLE', 'Elasticsearch has no elected master', { retryAfterSeconds: 5 });
}

/** Negative where `a` is older. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split(/[.-]/).map((part) => Number.parseInt(part, 10) || 0));
  for (let part = 0; part < 3; part += 1) {
    const difference = (left?.[part] ?? 0) - (right?.[part] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
