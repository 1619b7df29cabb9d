import type { Client } from '@elastic/elasticsearch';
import { rawMembers, walkObject, endOfValue } from '@lucid/clients/elasticsearch/json-walk';
import { jsonRequest, pathOf, rawRequest } from '@lucid/clients/elasticsearch/raw-request';
import type { RawJson } from './manifest.ts';
import { markerName, type StagingState } from './restore-names.ts';

/** The names on the server now; they are cheap to ask for, whatever the number of indices. */
export interface TargetNames {
  readonly names: ReadonlySet<string>;
  /** By alias: the indices that have it, each with its properties. */
  readonly aliases: ReadonlyMap<string, ReadonlyMap<string, RawJson>>;
}

export interface TargetState extends TargetNames {
  readonly indices: ReadonlyMap<string, { readonly uuid: string; readonly hasDocuments: boolean }>;
}

interface CatIndex {
  readonly index: string;
  readonly uuid: string;
  readonly 'docs.count': string | null;
}

export async function readTarget(client: Client, signal?: AbortSignal): Promise<TargetState> {
  const abort = signal && { signal };
  const listed = await jsonRequest<CatIndex[]>(client, {
    ...{ method: 'GET', path: '/_cat/indices', ...abort },
    query: { format: 'json', h: 'index,uuid,docs.count', expand_wildcards: 'all' },
  });
  // One that cannot be counted (closed, or without its shards) may hold some.
  const indices = new Map(
    listed.map((one) => [one.index, { uuid: one.uuid, hasDocuments: one['docs.count'] !== '0' }]),
  );
  return { indices, ...(await readNames(client, signal)) };
}

export async function readNames(client: Client, signal?: AbortSignal): Promise<TargetNames> {
  const names = new Set<string>();
  const text = await rawRequest(client, {
    ...{ method: 'GET', path: '/_alias', query: { expand_wildcards: 'all' } },
    ...(signal && { signal }),
  });
  const aliases = new Map<string, Map<string, RawJson>>();
  walkObject(text, 0, (index, at) => {
    names.add(index);
    const own = rawMembers(Buffer.from(rawMembers(text, at).get('aliases') ?? '{}'));
    for (const [alias, body] of own)
      aliases.set(alias, (aliases.get(alias) ?? new Map<string, RawJson>()).set(index, body));
    return endOfValue(text, at);
  });
  return { names, aliases };
}

/** How far a staged index is; undefined where it is not there or not verified. */
export function stagingStateOf({ aliases }: TargetNames, staging: string): StagingState | undefined {
  const states: readonly StagingState[] = ['done', 'swapping', 'verified'];
  return states.find((state) => aliases.get(markerName(staging, state))?.has(staging));
}

/** Room for further shards under `cluster.max_shards_per_node`. */
export async function shardRoom(client: Client, signal: AbortSignal): Promise<number> {
  const health = await jsonRequest<{
    active_shards: number;
    unassigned_shards: number;
    initializing_shards: number;
    number_of_data_nodes: number;
  }>(client, { method: 'GET', path: '/_cluster/health', signal });
  const settings = await jsonRequest<Record<string, Record<string, string> | undefined>>(client, {
    ...{ method: 'GET', path: '/_cluster/settings', signal },
    query: { include_defaults: true, flat_settings: true, filter_path: '*.cluster.max_shards_per_node' },
  });
  const [name, fallback] = ['cluster.max_shards_per_node', '1000'];
  const limit =
    settings['transient']?.[name] ?? settings['persistent']?.[name] ?? settings['defaults']?.[name] ?? fallback;
  const used = health.active_shards + health.unassigned_shards + health.initializing_shards;
  return Number(limit) * health.number_of_data_nodes - used;
}

/** Changes aliases in one step. Actions are JSON texts. */
export async function changeAliases(client: Client, actions: readonly RawJson[], signal?: AbortSignal): Promise<void> {
  if (actions.length === 0) return;
  const body = `{"actions":[${actions.join()}]}`;
  await rawRequest(client, { method: 'POST', path: '/_aliases', body, ...(signal && { signal }) });
}

/** An `add` action that gives the alias the properties it had. */
export function addAlias(index: string, alias: string, body: RawJson): RawJson {
  const own = body.trim().slice(1, -1).trim();
  return `{"add":{"index":${JSON.stringify(index)},"alias":${JSON.stringify(alias)}${own === '' ? '' : `,${own}`}}}`;
}

export function removeAlias(index: string, alias: string): RawJson {
  return JSON.stringify({ remove: { index, alias } });
}

export async function deleteIndices(client: Client, names: readonly string[]): Promise<void> {
  for (const name of names) {
    await rawRequest(client, { method: 'DELETE', path: pathOf(name), query: { ignore_unavailable: true } });
  }
}
