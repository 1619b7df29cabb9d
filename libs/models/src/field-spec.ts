/** A class that carries `@Field` properties. */
export type ModelClass<T extends object = object> = new () => T;

/**
 * - `int`: a whole number that JavaScript holds exactly (to 2^53), whatever BSON number carries it
 * - `long`: a 64-bit integer, `bigint` in TypeScript
 * - `object`: any document; `nested`: a document with a model of its own; `mixed`: anything
 */
export type FieldKind =
  | 'string'
  | 'int'
  | 'long'
  | 'double'
  | 'decimal'
  | 'bool'
  | 'date'
  | 'objectId'
  | 'object'
  | 'array'
  | 'enum'
  | 'nested'
  | 'mixed';

/** How Elasticsearch holds the field: not at all, by the kind's default, as analysed text with `.keyword`, or nested. */
export type FieldSearch = false | 'default' | 'text' | 'nested';

export interface FieldOptions {
  /** May be missing. Without it the field is required. */
  optional?: boolean;
  /** May be null. */
  nullable?: boolean;
  /** For OpenAPI. */
  description?: string;
  example?: unknown;
  /** Counts in searchable models only; `default` when left out. */
  search?: FieldSearch;
}

export interface StringOptions extends FieldOptions {
  minLength?: number;
  maxLength?: number;
  /** A regular expression that JavaScript, PCRE (the validator) and OpenAPI read alike. */
  pattern?: string;
}

export interface NumberOptions extends FieldOptions {
  minimum?: number;
  maximum?: number;
}

/** What an array holds. */
export type ItemSpec = Pick<FieldSpec, 'kind' | 'values' | 'model'>;

/** Everything that is known about one property: the one source of all that is derived from it. */
export interface FieldSpec extends FieldOptions, StringOptions, NumberOptions {
  name: string;
  kind: FieldKind;
  /** Of an enum. */
  values?: readonly string[];
  /** Of a nested document; a function, since classes may name each other. */
  model?: () => ModelClass;
  items?: ItemSpec;
}

const fields = new WeakMap<object, Map<string, FieldSpec>>();

/** Called by the decorators while a class is defined. */
export function addField(prototype: object, spec: FieldSpec): void {
  const own = fields.get(prototype) ?? new Map<string, FieldSpec>();
  own.set(spec.name, spec);
  fields.set(prototype, own);
}

/** The fields of a class, those of its parents first, in the order of their declaration. */
export function fieldsOf(model: ModelClass): FieldSpec[] {
  const found = new Map<string, FieldSpec>();
  const chain: object[] = [];
  for (let at: object | null = model.prototype as object; at; at = Object.getPrototypeOf(at) as object | null)
    chain.unshift(at);
  for (const prototype of chain) for (const [name, spec] of fields.get(prototype) ?? []) found.set(name, spec);
  return [...found.values()];
}
