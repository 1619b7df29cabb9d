import type { Client } from '@elastic/elasticsearch';
import { endOfValue, rawMembers, walkArray, walkObject } from '@lucid/clients/elasticsearch/json-walk';
import { errorTypeOf, jsonRequest, pathOf, rawRequest } from '@lucid/clients/elasticsearch/raw-request';
import { isAppError } from '@lucid/core/app-error';
import type { ElasticsearchManifest, IndexManifest, RawJson } from './manifest.ts';

/** An index as the server describes it. */
export interface CatalogueIndex {
  readonly name: string;
  readonly isClosed: boolean;
  /** A shard of it has no copy that answers. */
  readonly isRed: boolean;
  readonly shards: number;
  readonly bytes: number;
  readonly aliases: Record<string, RawJson>;
  readonly settings: Record<string, string | string[]>;
  readonly mappings: RawJson;
}

export interface IndexCatalogue {
  /** Sorted by name. */
  readonly indices: CatalogueIndex[];
  /** What an alias or data stream of the prefix leads to outside of it: not captured. */
  readonly foreign: string[];
}

/** Made by the server for this one index, or of no meaning elsewhere: an index cannot be given them. */
const OWN_SETTINGS =
  /^(archived\.|index\.(uuid|creation_date|provided_name|history\.uuid|verified_before_close|version\.|resize\.|shrink\.|store\.snapshot\.|routing\.allocation\.initial_recovery\.|routing_partition_size$))/;

interface CatIndex {
  readonly index: string;
  readonly status: string;
  readonly health: string | null;
  readonly 'pri.store.size': string | null;
}

/** Open and closed indices whose names begin with `<prefix>_`; hidden ones and those of the system are not. */
export async function listIndices(client: Client, prefix: string, signal?: AbortSignal): Promise<IndexCatalogue> {
  const abort = signal && { signal };
  const visible = { expand_wildcards: 'open,closed' };
  const path = `/${encodeURIComponent(`${prefix}_`)}*`;
  const text = await rawRequest(client, {
    ...{ method: 'GET', path, query: { ...visible, flat_settings: true }, ...abort },
  });
  const states = await jsonRequest<CatIndex[]>(client, {
    ...{ method: 'GET', path: `/_cat/indices${path}`, ...abort },
    query: { ...visible, format: 'json', h: 'index,status,health,pri.store.size', bytes: 'b' },
  });
  const byName = new Map(states.map((state) => [state.index, state]));
  const indices: CatalogueIndex[] = [];
  const foreign: string[] = [];
  walkObject(text, 0, (name, at) => {
    const state = byName.get(name);
    if (!name.startsWith(`${prefix}_`)) foreign.push(name);
    else if (state) indices.push(readIndex(name, rawMembers(text, at), state));
    return endOfValue(text, at);
  });
  return { indices: indices.sort((a, b) => (a.name < b.name ? -1 : 1)), foreign: foreign.sort() };
}

function readIndex(name: string, members: ReadonlyMap<string, RawJson>, state: CatIndex): CatalogueIndex {
  const all = JSON.parse(members.get('settings') ?? '{}') as Record<string, string | string[] | null>;
  const settings = Object.entries(all).filter(
    (entry): entry is [string, string | string[]] => entry[1] !== null && !OWN_SETTINGS.test(entry[0]),
  );
  // The partition is a property that an index is made with, and is 1 where nobody asked for it.
  const partition = all['index.routing_partition_size'];
  if (partition && partition !== '1') settings.push(['index.routing_partition_size', partition]);
  return {
    name,
    isClosed: state.status === 'close',
    isRed: state.health === 'red',
    shards: Number(all['index.number_of_shards'] ?? 1),
    bytes: Number(state['pri.store.size'] ?? 0),
    aliases: Object.fromEntries(rawMembers(Buffer.from(members.get('aliases') ?? '{}'))),
    settings: Object.fromEntries(settings),
    mappings: members.get('mappings') ?? '{}',
  };
}

/** The part of an index's description that the manifest keeps as it is. */
export function describedBy({
  name,
  isClosed,
  shards,
  aliases,
  settings,
  mappings,
}: CatalogueIndex): Pick<IndexManifest, 'name' | 'isClosed' | 'shards' | 'aliases' | 'settings' | 'mappings'> {
  return { name, isClosed, shards, aliases, settings, mappings };
}

type Templates = ElasticsearchManifest['templates'];

/** Templates for indices of the prefix alone, and the component templates these are made of. */
export async function listTemplates(client: Client, prefix: string, signal?: AbortSignal): Promise<Templates> {
  const ours = (patterns: unknown): boolean =>
    Array.isArray(patterns) && patterns.length > 0 && patterns.every((one) => String(one).startsWith(`${prefix}_`));
  const abort = signal && { signal };
  const index = namedBodies(
    await rawRequest(client, { method: 'GET', path: '/_index_template', ...abort }),
    'index_template',
  );
  const components = namedBodies(
    await rawRequest(client, { method: 'GET', path: '/_component_template', ...abort }),
    'component_template',
  );
  const legacy = rawMembers(await rawRequest(client, { method: 'GET', path: '/_template', ...abort }));
  const templates: Templates = [];
  const used = new Set<string>();
  for (const [name, body] of index) {
    const { index_patterns, composed_of = [] } = JSON.parse(body) as {
      index_patterns?: unknown;
      composed_of?: string[];
    };
    if (!ours(index_patterns)) continue;
    templates.push({ kind: 'index', name, body });
    for (const component of composed_of) used.add(component);
  }
  for (const [name, body] of components) {
    if (used.has(name) || name.startsWith(`${prefix}_`)) templates.push({ kind: 'component', name, body });
  }
  for (const [name, body] of legacy) {
    if (ours((JSON.parse(body) as { index_patterns?: unknown }).index_patterns))
      templates.push({ kind: 'legacy', name, body });
  }
  return templates.sort((a, b) => (`${a.kind}/${a.name}` < `${b.kind}/${b.name}` ? -1 : 1));
}

/** `{"…": [{"name": "x", "<member>": {…}}]}` → x: {…} */
function namedBodies(text: Buffer, member: string): Map<string, RawJson> {
  const bodies = new Map<string, RawJson>();
  walkObject(text, 0, (_key, at) =>
    walkArray(text, at, (itemAt) => {
      const parts = rawMembers(text, itemAt);
      bodies.set(JSON.parse(parts.get('name') ?? '""') as string, parts.get(member) ?? '{}');
      return endOfValue(text, itemAt);
    }),
  );
  return bodies;
}

/** Documents as a search finds them (nested ones are not counted). The index must be refreshed to be exact. */
export async function countDocuments(client: Client, index: string, signal?: AbortSignal): Promise<number> {
  const path = pathOf(index, '_count');
  const answer = await jsonRequest<{ count: number }>(client, { method: 'GET', path, ...(signal && { signal }) });
  return answer.count;
}

/** How long a refresh may take that cannot reach every shard: the server would wait a minute for one without a copy. */
const RED_REFRESH_MS = 5_000;

/**
 * Makes what was acknowledged until now visible to searches. Shards that cannot be reached are passed over.
 * @throws AppError ELASTICSEARCH_UNAVAILABLE, TIMEOUT, and the signal's reason
 */
export async function refresh(client: Client, { name, isRed }: CatalogueIndex, signal: AbortSignal): Promise<void> {
  try {
    const limit = isRed && { timeoutMs: RED_REFRESH_MS };
    await rawRequest(client, { method: 'POST', path: pathOf(name, '_refresh'), signal, ...limit });
  } catch (error) {
    signal.throwIfAborted();
    // One that is blocked or was deleted meanwhile is found when it is read.
    if (errorTypeOf(error) === undefined && !(isRed && isAppError(error, 'TIMEOUT'))) throw error;
  }
}
