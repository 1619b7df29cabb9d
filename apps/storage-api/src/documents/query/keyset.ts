import type { Document, Filter } from 'mongodb';
import { BRACKETS, bracketOf, isNaNValue, rankOf } from './sort-brackets.ts';

type Direction = 1 | -1;

const NOTHING: Filter<Document> = { _id: { $in: [] } };

/**
 * Conditions on one field for what sorts after a value, or together with it, as the server sorts: over all types, with missing fields
 * as null, and with a list standing at its lowest item (ascending) or its highest (descending). They say what no item of the field may
 * be, because that holds for single values and lists alike, and gives an index one range to scan. Values only ever stand where a
 * value is compared with, so nothing in a forged cursor can become an operator.
 */
export function sortsAfter(field: string, value: unknown, direction: Direction): Filter<Document>[] {
  return noItemBefore(field, value, direction, true);
}

/** As `sortsAfter`, for what sorts together with the value. */
export function sortsWith(field: string, value: unknown, direction: Direction): Filter<Document>[] {
  const bracket = bracketOf(value);
  if (bracket === 'emptyList') return [{ [field]: { $eq: [] } }];
  if (bracket === 'minKey' || bracket === 'maxKey') return [{ [field]: { $type: bracket } }];
  const equal = { [field]: { $eq: value } };
  return bracket === 'rare' ? [equal] : [equal, ...noItemBefore(field, value, direction, false)];
}

/** No item of the field sorts before the value; with `inclusive`, none together with it either. */
function noItemBefore(field: string, value: unknown, direction: Direction, inclusive: boolean): Filter<Document>[] {
  if (bracketOf(value) === 'rare') {
    const operator = direction === 1 ? '$gt' : '$lt';
    return [{ $expr: { [operator]: [`$${field}`, { $literal: value }] } }];
  }
  return [...inBracket(field, value, direction, inclusive), ...otherBrackets(field, value, direction)];
}

function inBracket(field: string, value: unknown, direction: Direction, inclusive: boolean): Filter<Document>[] {
  const not = (condition: Document): Filter<Document> => ({ [field]: { $not: condition } });
  const bracket = bracketOf(value);
  switch (bracket) {
    case 'minKey':
    case 'maxKey': {
      // Nothing sorts before the lowest or after the highest.
      const isLast = (bracket === 'maxKey') === (direction === 1);
      if (!inclusive) return [];
      return [isLast ? NOTHING : not({ $type: bracket })];
    }
    case 'emptyList':
      return inclusive ? [{ [field]: { $ne: [] } }] : [];
    case 'null':
      return inclusive ? [{ [field]: { $ne: null } }] : [];
    default:
  }
  if (isNaNValue(value)) return aroundNaN(field, direction, inclusive);
  const operator = direction === 1 ? (inclusive ? '$lte' : '$lt') : inclusive ? '$gte' : '$gt';
  // NaN is the lowest number, and is compared with none.
  const noNaN = bracket === 'number' && direction === 1 ? [{ [field]: { $ne: NaN } }] : [];
  return [not({ [operator]: value }), ...noNaN];
}

function aroundNaN(field: string, direction: Direction, inclusive: boolean): Filter<Document>[] {
  const itself = inclusive ? [{ [field]: { $ne: NaN } }] : [];
  return direction === 1 ? itself : [...itself, { [field]: { $not: { $gte: -Infinity } } }];
}

function otherBrackets(field: string, value: unknown, direction: Direction): Filter<Document>[] {
  const rank = rankOf(bracketOf(value));
  const isBefore = (other: number): boolean => (direction === 1 ? other < rank : other > rank);
  const types = BRACKETS.filter((_, index) => isBefore(index)).flatMap((bracket) => [...bracket.types]);
  return [
    ...(types.length > 0 ? [{ [field]: { $not: { $type: types } } }] : []),
    ...(isBefore(rankOf('null')) ? [{ [field]: { $ne: null } }] : []),
    ...(isBefore(rankOf('emptyList')) ? [{ [field]: { $ne: [] } }] : []),
  ];
}
