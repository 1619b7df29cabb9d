import type { Document } from 'mongodb';

/**
 * What a query asks, without a value of the data in it: names of fields and operators stay, every value is `?`, a list is `[?]`.
 * Parts of a field's path that look like data, such as ids that are used as keys, are `*`.
 */
export type Shape = string | number | boolean | Shape[] | { [key: string]: Shape };

const VALUE = '?';
const MAX_DEPTH = 16;
const MAX_KEYS = 50;
const LOGICAL = new Set(['$and', '$or', '$nor']);
/** Field names and stages as people write them; longer, or with digits only, it is more likely somebody's id. */
const NAME_PART = /^(?!\d+$)(?![0-9a-f]{16,}$)[\p{L}_$][\p{L}\p{N}_-]{0,39}$/iu;
const FIELD_PATH = /^\$\$?[A-Za-z_][\w.]{0,120}$/;
/** Stages whose text names collections and fields. */
const NAMING: Record<string, readonly string[]> = {
  $lookup: ['from', 'localField', 'foreignField', 'as'],
  $graphLookup: ['from', 'connectFromField', 'connectToField', 'as'],
  $unionWith: ['coll'],
  $unwind: ['path', 'includeArrayIndex'],
};

/** A filter, as of `find`, `$match` or `q` of an update. */
export function shapeOfFilter(filter: unknown, depth = 0): Shape {
  if (!isPlain(filter) || depth > MAX_DEPTH) return VALUE;
  return mapped(filter, (key, value) => {
    if (LOGICAL.has(key) && Array.isArray(value)) return distinct(value.map((one) => shapeOfFilter(one, depth + 1)));
    if (key === '$expr') return shapeOfExpression(value, depth + 1);
    if (key.startsWith('$')) return VALUE;
    return shapeOfCondition(value, depth + 1);
  });
}

function shapeOfCondition(value: unknown, depth: number): Shape {
  if (!isPlain(value) || depth > MAX_DEPTH) return Array.isArray(value) ? [VALUE] : VALUE;
  if (!Object.keys(value).some((key) => key.startsWith('$'))) return VALUE;
  return mapped(value, (key, inner) => {
    if (key === '$elemMatch')
      return isCondition(inner) ? shapeOfCondition(inner, depth + 1) : shapeOfFilter(inner, depth + 1);
    if (key === '$not') return shapeOfCondition(inner, depth + 1);
    return Array.isArray(inner) ? [VALUE] : VALUE;
  });
}

/** An expression of an aggregation: paths of fields stay, literals do not. */
export function shapeOfExpression(value: unknown, depth = 0): Shape {
  if (depth > MAX_DEPTH) return VALUE;
  if (typeof value === 'string') return FIELD_PATH.test(value) ? `$${masked(value.slice(1))}` : VALUE;
  if (Array.isArray(value)) return value.length > 8 ? [VALUE] : value.map((one) => shapeOfExpression(one, depth + 1));
  if (!isPlain(value)) return VALUE;
  return mapped(value, (key, inner) => (key === '$literal' ? VALUE : shapeOfExpression(inner, depth + 1)));
}

export function shapeOfSort(sort: unknown): Shape {
  if (!isPlain(sort)) return VALUE;
  return mapped(sort, (_key, value) => (Number(value) === 1 || Number(value) === -1 ? Number(value) : VALUE));
}

export function shapeOfPipeline(pipeline: unknown, depth = 0): Shape {
  if (!Array.isArray(pipeline) || depth > MAX_DEPTH) return VALUE;
  return pipeline
    .slice(0, MAX_KEYS)
    .map((stage) => (isPlain(stage) ? mapped(stage, (name, body) => shapeOfStage(name, body, depth + 1)) : VALUE));
}

function shapeOfStage(name: string, body: unknown, depth: number): Shape {
  if (name === '$match') return shapeOfFilter(body, depth);
  if (name === '$sort') return shapeOfSort(body);
  if (name === '$facet' && isPlain(body)) return mapped(body, (_key, pipeline) => shapeOfPipeline(pipeline, depth));
  if (['$limit', '$skip', '$sample', '$count'].includes(name)) return VALUE;
  if (['$project', '$unset'].includes(name)) return shapeOfProjection(body, depth);
  const named = NAMING[name];
  if (!named) return shapeOfExpression(body, depth);
  if (typeof body === 'string') return masked(body);
  if (!isPlain(body)) return VALUE;
  return mapped(body, (key, value) => {
    if (named.includes(key) && typeof value === 'string') return masked(value);
    return key === 'pipeline' ? shapeOfPipeline(value, depth + 1) : shapeOfExpression(value, depth + 1);
  });
}

function shapeOfProjection(body: unknown, depth: number): Shape {
  if (typeof body === 'string') return masked(body);
  if (Array.isArray(body)) return body.map((one) => (typeof one === 'string' ? masked(one) : VALUE));
  if (!isPlain(body)) return VALUE;
  return mapped(body, (_key, value) =>
    [0, 1, true, false].includes(value as number) ? Number(value) : shapeOfExpression(value, depth + 1),
  );
}

/** Which operators set what; a pipeline, or a whole document in its place. */
export function shapeOfUpdate(update: unknown): Shape {
  if (Array.isArray(update)) return shapeOfPipeline(update);
  if (!isPlain(update)) return VALUE;
  const isReplacement = !Object.keys(update).some((key) => key.startsWith('$'));
  if (isReplacement) return 'replacement';
  return mapped(update, (_operator, fields) => (isPlain(fields) ? mapped(fields, () => VALUE) : VALUE));
}

/** `a.b.5f1c…` as `a.b.*`. */
export function masked(path: string): string {
  return path
    .split('.')
    .map((part) => (NAME_PART.test(part) ? part : '*'))
    .join('.');
}

function mapped(source: Document, shape: (key: string, value: unknown) => Shape): Shape {
  const entries = Object.entries(source)
    .slice(0, MAX_KEYS)
    .map(([key, value]) => [masked(key), shape(key, value)] as const);
  return Object.fromEntries(entries);
}

/** `$or` of a hundred alike is one. */
function distinct(shapes: Shape[]): Shape[] {
  const byText = new Map(shapes.map((shape) => [JSON.stringify(shape), shape]));
  return [...byText.keys()].sort().map((text) => byText.get(text) ?? VALUE);
}

function isCondition(value: unknown): boolean {
  const [first = ''] = isPlain(value) ? Object.keys(value) : [];
  return first.startsWith('$') && !LOGICAL.has(first);
}

export function isPlain(value: unknown): value is Document {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !('_bsontype' in value) &&
    !(value instanceof Date) &&
    !(value instanceof RegExp) &&
    !ArrayBuffer.isView(value)
  );
}
