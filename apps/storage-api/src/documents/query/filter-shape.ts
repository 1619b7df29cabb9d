import type { Document } from 'mongodb';
import { bracketOf } from './sort-brackets.ts';

/** A filter without its values: two of one shape are served by the same index. */
export function filterShape(filter: Document): string {
  return JSON.stringify(shapeOf(filter));
}

function shapeOf(value: unknown, key = ''): unknown {
  if (key === '$exists' || key === '$type' || key === '$options') return value;
  if (key === '$regex') return isAnchored(value) ? '/^/' : '//';
  if (key === '$in' || key === '$nin' || key === '$all')
    return (value as unknown[]).map((item) => shapeOf(item)).sort();
  const type = (value as { _bsontype?: string } | null)?._bsontype;
  if (type === 'BSONRegExp') return isAnchored((value as { pattern?: unknown }).pattern) ? '/^/' : '//';
  if (Array.isArray(value)) return value.map((item) => shapeOf(item));
  if (bracketOf(value) !== 'object') return bracketOf(value);
  return Object.entries(value as Document).map(([name, inner]) => [name, shapeOf(inner, name)]);
}

function isAnchored(pattern: unknown): boolean {
  return String(pattern).startsWith('^');
}
