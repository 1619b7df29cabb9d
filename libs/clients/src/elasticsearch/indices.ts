import { type Client, errors } from '@elastic/elasticsearch';
import type { ModelDefinition, SearchDefinition, SearchProperty } from '@lucid/models/model-definition';
import { ChangeLog, canonical, type InitializationReport } from '../mongodb/initializer/change.ts';
import { toElasticsearchAppError } from './connection.ts';

export interface InitializeIndicesOptions {
  readonly models: readonly ModelDefinition[];
  /** `lucid` makes the alias `lucid_sessions` on `lucid_sessions-000001`. */
  readonly prefix: string;
  readonly shards: number;
  readonly replicas: number;
  readonly dryRun?: boolean;
  readonly log?: (line: string) => void;
}

/**
 * A deleted document's version is remembered so long; it must exceed the longest retry of the live sync, or a late event
 * would bring the document back.
 */
const GC_DELETES = '1h';

type Properties = Readonly<Record<string, SearchProperty>>;

/** The settings with which the index of a model is made; reindexing uses them too. Nothing beyond Elasticsearch's core. */
export function indexBody(search: SearchDefinition, { shards, replicas }: { shards: number; replicas: number }) {
  return {
    settings: {
      number_of_shards: shards,
      number_of_replicas: replicas,
      refresh_interval: `${search.refreshSeconds}s`,
      'index.gc_deletes': GC_DELETES,
      ...(search.bestCompression && { codec: 'best_compression' }),
    },
    mappings: search.mapping as object,
  };
}

/**
 * Makes the search indices match the models: creates missing ones behind their alias, adds new fields, changes refresh and
 * replicas. It may run twice and again after it died. A field whose type changed is a remark: it needs a reindex.
 * @throws AppError ELASTICSEARCH_UNAVAILABLE, ENGINE_UNSUITABLE
 */
export async function initializeIndices(
  client: Client,
  options: InitializeIndicesOptions,
): Promise<InitializationReport> {
  const log = new ChangeLog(options.dryRun ?? false, options.log);
  try {
    for (const { search } of options.models) if (search) await initializeIndex(client, search, options, log);
    return log.finish();
  } catch (error) {
    throw toElasticsearchAppError(error) ?? error;
  }
}

async function initializeIndex(
  client: Client,
  search: SearchDefinition,
  options: InitializeIndicesOptions,
  log: ChangeLog,
): Promise<void> {
  const alias = `${options.prefix}_${search.index}`;
  const stored = await indexBehind(client, alias);
  if (stored === undefined) return createIndex(client, alias, search, options, log);
  if (stored === alias) return log.remark(alias, 'is an index, not an alias: reindex it behind an alias of this name');
  await addFields(client, stored, search, log);
  await changeSettings(client, stored, search, { replicas: options.replicas, log });
}

/** The index that an alias points at; the name itself where it is an index. */
async function indexBehind(client: Client, alias: string): Promise<string | undefined> {
  try {
    const found = await client.indices.get({ index: alias });
    // Two behind one alias happen only while a reindex swaps them: the newer one is the one to look at.
    return Object.keys(found).sort().at(-1);
  } catch (error) {
    if (error instanceof errors.ResponseError && error.statusCode === 404) return undefined;
    throw error;
  }
}

async function createIndex(
  client: Client,
  alias: string,
  search: SearchDefinition,
  options: InitializeIndicesOptions,
  log: ChangeLog,
): Promise<void> {
  const index = `${alias}-000001`;
  await log.change({ target: index, action: 'create index', detail: `alias ${alias}` }, async () => {
    try {
      await client.indices.create({ index, ...indexBody(search, options), aliases: { [alias]: {} } });
    } catch (error) {
      // Made meanwhile, or left without its alias: either way the alias is what was missing.
      if (!isExisting(error)) throw error;
      await client.indices.putAlias({ index, name: alias });
    }
  });
}

function isExisting(error: unknown): boolean {
  if (!(error instanceof errors.ResponseError)) return false;
  const body = error.body as { error?: { type?: string } } | undefined;
  return body?.error?.type === 'resource_already_exists_exception';
}

async function addFields(client: Client, index: string, search: SearchDefinition, log: ChangeLog): Promise<void> {
  const answer = await client.indices.getMapping({ index });
  const stored = (answer[index]?.mappings ?? {}) as { properties?: Properties; _source?: { excludes?: string[] } };
  const { added, changed } = compare(search.mapping.properties, stored.properties ?? {});
  for (const path of changed) log.remark(index, `the mapping of ${path} differs from the model: reindex`);
  if (canonical(stored._source?.excludes ?? []) !== canonical(search.mapping._source?.excludes ?? [])) {
    log.remark(index, 'keeps other fields in its source than the model says: reindex');
  }
  if (added.length === 0 || changed.length > 0) return;
  await log.change({ target: index, action: 'add fields to', detail: added.join(', ') }, () =>
    client.indices.putMapping({ index, properties: search.mapping.properties as Record<string, object> }),
  );
}

/** Paths that the model has and the index has not, and paths where the two disagree. */
function compare(wanted: Properties, stored: Properties, parent = ''): { added: string[]; changed: string[] } {
  const added: string[] = [];
  const changed: string[] = [];
  for (const [name, property] of Object.entries(wanted)) {
    const path = `${parent}${name}`;
    const present = stored[name];
    if (!present) {
      added.push(path);
    } else if (ownText(property) !== ownText(present)) {
      changed.push(path);
    } else {
      for (const part of ['properties', 'fields'] as const) {
        const inner = compare(property[part] ?? {}, present[part] ?? {}, `${path}.`);
        added.push(...inner.added);
        changed.push(...inner.changed);
      }
    }
  }
  return { added, changed };
}

/** What a property says of itself. The server leaves out `type: object` and writes booleans as text. */
function ownText({ type = 'object', enabled = true, ignore_above = 0 }: SearchProperty): string {
  return canonical({ type, enabled: String(enabled), ignore_above });
}

async function changeSettings(
  client: Client,
  index: string,
  search: SearchDefinition,
  { replicas, log }: { replicas: number; log: ChangeLog },
): Promise<void> {
  const answer = await client.indices.getSettings({ index, flat_settings: true });
  const stored = (answer[index]?.settings ?? {}) as Record<string, string | undefined>;
  const wanted: Record<string, string> = {
    'index.refresh_interval': `${search.refreshSeconds}s`,
    'index.number_of_replicas': String(replicas),
    'index.gc_deletes': GC_DELETES,
  };
  const different = Object.entries(wanted).filter(([name, value]) => stored[name] !== value);
  if (different.length > 0) {
    const detail = different.map(([name, value]) => `${name} ${stored[name] ?? 'unset'} → ${value}`).join(', ');
    await log.change({ target: index, action: 'change settings of', detail }, () =>
      client.indices.putSettings({ index, settings: Object.fromEntries(different) }),
    );
  }
  if (search.bestCompression && stored['index.codec'] !== 'best_compression') {
    log.remark(index, 'is not compressed as the model says, which is fixed when an index is made: reindex');
  }
}
