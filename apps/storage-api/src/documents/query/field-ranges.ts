import type { Document } from 'mongodb';

/** Those that bound a range of an index, and nothing else. */
const BOUNDS = new Set(['$eq', '$gt', '$gte', '$lt', '$lte', '$in']);
const RANGES = new Set(['$gt', '$gte', '$lt', '$lte']);
/** A pattern whose beginning is text: `^abc`, and the character behind it, which may make the last one optional. */
const BEGINNING = /^\^([\w @:/-]+)(.?)/s;

/**
 * What a filter says of one field, as ranges of its values: whatever is found by an index on the field lies in them, so that their keys can be
 * counted without a look at documents. Undefined where it says nothing of this kind.
 */
export function fieldRanges(filter: Document, field: string): Document | undefined {
  return ofEvery(filter, field) ?? ofBranches(filter, field);
}

/** Fields that the filter bounds by a range: with other values it may be one value, or none, and the other way round. */
export function rangedFields(filter: Document): string[] {
  return Object.entries(filter).flatMap(([key, value]) => {
    if (Array.isArray(value) && key.startsWith('$')) return (value as Document[]).flatMap(rangedFields);
    return isOperators(value) && Object.keys(value).some((operator) => RANGES.has(operator)) ? [key] : [];
  });
}

/** What every document that matches the filter lies in. */
function ofEvery(filter: Document, field: string): Document | undefined {
  const parts = Object.entries(filter).flatMap(([key, value]): Document[] => {
    if (key === field) {
      const range = rangeOf(value);
      return range ? [{ [field]: range }] : [];
    }
    if (key === '$and') return (value as Document[]).flatMap((inner) => ofEvery(inner, field) ?? []);
    if (key !== '$or') return [];
    const branches = (value as Document[]).map((inner) => ofEvery(inner, field));
    return branches.every((branch) => branch !== undefined) ? [{ $or: branches }] : [];
  });
  return parts.length === 0 ? undefined : { $and: parts };
}

/** Where the branches of an `$or` go through an index each: those that go through one on this field. */
function ofBranches(filter: Document, field: string): Document | undefined {
  const branches = branchesOf(filter).flatMap((branch) => fieldRanges(branch, field) ?? []);
  return branches.length === 0 ? undefined : { $or: branches };
}

function branchesOf(filter: Document): Document[] {
  return Object.entries(filter).flatMap(([key, value]) => {
    if (key === '$or') return value as Document[];
    return key === '$and' ? (value as Document[]).flatMap(branchesOf) : [];
  });
}

function rangeOf(value: unknown): Document | undefined {
  const { _bsontype: type, pattern, options } = (value ?? {}) as { _bsontype?: string } & Document;
  if (type === 'BSONRegExp') return textsWith(pattern, options);
  if (!isOperators(value)) return { $eq: value };
  const { $regex, $options, $elemMatch } = value;
  const inner = isOperators($elemMatch) ? rangeOf($elemMatch) : undefined;
  const range = {
    ...Object.fromEntries(Object.entries(value).filter(([operator]) => BOUNDS.has(operator))),
    ...textsWith($regex, $options),
    ...(inner && { $elemMatch: inner }),
  };
  return Object.keys(range).length > 0 ? range : undefined;
}

/** Texts with the beginning that a pattern has for sure. */
function textsWith(pattern: unknown, options: unknown): Document | undefined {
  if (typeof pattern !== 'string' || pattern.includes('|') || (options ?? '') !== '') return undefined;
  const [, text = '', next = ''] = BEGINNING.exec(pattern) ?? [];
  const beginning = next !== '' && '*+?{'.includes(next) ? text.slice(0, -1) : text;
  return beginning === '' ? undefined : { $regex: `^${beginning}` };
}

function isOperators(value: unknown): value is Document {
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return false;
  return Object.keys(value).some((key) => key.startsWith('$')) && !('$ref' in value);
}
