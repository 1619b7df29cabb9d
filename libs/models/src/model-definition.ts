/**
 * The plain form of a model: what an engine must be made to look like. It holds no class and no decorator, so that
 * libraries which run from source can use it.
 */
export interface ModelDefinition {
  /** Name of the class. */
  readonly name: string;
  readonly collection: string;
  /** `main` is the database of the Lucid system, `control` holds the suite's own working records. */
  readonly database: 'main' | 'control';
  /** Written with write concern majority and read with read concern majority (requirements §2). */
  readonly critical: boolean;
  /** The `$jsonSchema`; null for a time series, which MongoDB does not validate. */
  readonly validator: Readonly<Record<string, unknown>> | null;
  readonly indexes: readonly IndexDefinition[];
  readonly timeseries: TimeseriesDefinition | null;
  readonly capped: { readonly sizeBytes: number } | null;
  readonly search: SearchDefinition | null;
}

export interface IndexDefinition {
  /** MongoDB's default name (`a_1_b_-1`) when the model names none. */
  readonly name: string;
  /** In order. */
  readonly keys: Readonly<Record<string, IndexDirection>>;
  readonly unique?: boolean;
  readonly sparse?: boolean;
  readonly expireAfterSeconds?: number;
  readonly partialFilterExpression?: Readonly<Record<string, unknown>>;
}

export type IndexDirection = 1 | -1 | 'text' | 'hashed' | '2dsphere';

export interface TimeseriesDefinition {
  readonly timeField: string;
  readonly metaField: string;
  readonly granularity: 'seconds' | 'minutes' | 'hours';
  readonly expireAfterSeconds: number;
}

export interface SearchDefinition {
  /** Without the prefix: `sessions` is `lucid_sessions` in Elasticsearch. */
  readonly index: string;
  readonly refreshSeconds: number;
  /** Null keeps documents for good. */
  readonly retentionDays: number | null;
  readonly bestCompression: boolean;
  readonly mapping: SearchMapping;
}

export interface SearchMapping {
  /** Unknown fields are kept in the source and not indexed: a document with a new field must not be lost to search. */
  readonly dynamic: false;
  /** Fields that must not reach Elasticsearch's disk. */
  readonly _source?: { readonly excludes: readonly string[] };
  readonly properties: Readonly<Record<string, SearchProperty>>;
}

export interface SearchProperty {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, SearchProperty>>;
  readonly fields?: Readonly<Record<string, SearchProperty>>;
  readonly ignore_above?: number;
  readonly enabled?: boolean;
  readonly dynamic?: false;
}
