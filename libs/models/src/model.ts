import type { ModelClass } from './field-spec.ts';
import { jsonSchemaOf } from './json-schema.ts';
import type { IndexDefinition, ModelDefinition, SearchDefinition, TimeseriesDefinition } from './model-definition.ts';
import { searchMappingOf } from './search-mapping.ts';

type IndexOptions = Omit<IndexDefinition, 'name'> & { name?: string };
type SearchOptions = Partial<Omit<SearchDefinition, 'mapping'>> & Pick<SearchDefinition, 'refreshSeconds'>;

export interface ModelOptions {
  collection: string;
  database: ModelDefinition['database'];
  critical?: boolean;
  indexes?: IndexOptions[];
  /** Documents go this many seconds after the time in `field` (0: at that time). */
  ttl?: { field: string; seconds: number };
  timeseries?: TimeseriesDefinition;
  capped?: { sizeBytes: number };
  search?: SearchOptions;
}

const definitions = new WeakMap<ModelClass, ModelDefinition>();

/** Says where a class is stored and how: collection, indexes, expiry, search. Its fields are declared by `@Field`. */
export function Model(options: ModelOptions) {
  return (model: ModelClass): void => {
    definitions.set(model, define(model, options));
  };
}

/** @throws where the class has no `@Model`: a mistake of the program */
export function modelOf(model: ModelClass): ModelDefinition {
  const definition = definitions.get(model);
  if (!definition) throw new Error(`${model.name} has no @Model`);
  return definition;
}

function define(model: ModelClass, options: ModelOptions): ModelDefinition {
  const { collection, database, ttl, search } = options;
  const expiry: IndexOptions[] = ttl ? [{ keys: { [ttl.field]: 1 }, expireAfterSeconds: ttl.seconds }] : [];
  return {
    name: model.name,
    collection,
    database,
    critical: database === 'control' || options.critical === true,
    validator: options.timeseries ? null : jsonSchemaOf(model),
    indexes: [...(options.indexes ?? []), ...expiry].map((index) => ({
      ...index,
      name: index.name ?? nameOf(index.keys),
    })),
    timeseries: options.timeseries ?? null,
    capped: options.capped ?? null,
    search: search
      ? {
          index: search.index ?? collection,
          refreshSeconds: search.refreshSeconds,
          retentionDays: search.retentionDays ?? null,
          bestCompression: search.bestCompression ?? false,
          mapping: searchMappingOf(model),
        }
      : null,
  };
}

/** The name MongoDB itself would give. */
function nameOf(keys: IndexDefinition['keys']): string {
  return Object.entries(keys)
    .map(([field, direction]) => `${field}_${String(direction)}`)
    .join('_');
}
