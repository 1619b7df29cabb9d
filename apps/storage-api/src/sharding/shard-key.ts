import { AppError, type FieldError } from '@lucid/core/app-error';
import type { Document } from 'mongodb';
import { type Finding, refusal } from '../cluster/findings.ts';

/** Fields in their order: 1 by ranges, `hashed` by a hash of the value. */
export type ShardKey = Record<string, 1 | 'hashed'>;

/** As an index: https://www.mongodb.com/docs/manual/reference/limits/#indexes */
const MAX_FIELDS = 32;
const MAX_FIELD_LENGTH = 512;

/**
 * A shard key as the server takes it: https://www.mongodb.com/docs/manual/core/sharding-shard-key/
 * @throws AppError VALIDATION_FAILED, with a pointer to each field that is wrong
 */
export function parseShardKey(value: unknown, pointer = '/key'): ShardKey {
  const pairs = Object.entries((value ?? {}) as Record<string, unknown>);
  const errors: FieldError[] = [];
  const wrong = (field: string, message: string): void => {
    errors.push({
      pointer: `${pointer}/${field.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1')}`,
      code: 'SHARD_KEY',
      message,
    });
  };
  if (pairs.length === 0 || pairs.length > MAX_FIELDS)
    errors.push({ pointer, code: 'SHARD_KEY', message: `must name 1 to ${String(MAX_FIELDS)} fields` });
  if (pairs.filter(([, kind]) => kind === 'hashed').length > 1)
    errors.push({ pointer, code: 'SHARD_KEY', message: 'may have one hashed field at most' });
  const fields = pairs.map(([field]) => field);
  for (const [field, kind] of pairs) {
    if (kind !== 1 && kind !== 'hashed') wrong(field, 'must be 1 or "hashed"');
    if (!isFieldPath(field)) wrong(field, 'is no path of a field: no empty part, no $ at the beginning of one');
    if (fields.some((other) => other !== field && field.startsWith(`${other}.`)))
      wrong(field, 'stands below another field of the key');
  }
  if (errors.length > 0)
    throw new AppError(
      'VALIDATION_FAILED',
      errors
        .map((error) => `${error.pointer} ${error.message}`)
        .slice(0, 5)
        .join('; '),
      { errors },
    );
  return Object.fromEntries(pairs) as ShardKey;
}

function isFieldPath(field: string): boolean {
  if (field.length > MAX_FIELD_LENGTH || field.includes('\0')) return false;
  return field.split('.').every((part) => part !== '' && !part.startsWith('$'));
}

export function isHashed(key: ShardKey): boolean {
  return Object.values(key).includes('hashed');
}

export function isSameKey(key: ShardKey, other: Document): boolean {
  return JSON.stringify(Object.entries(key)) === JSON.stringify(Object.entries(other));
}

/** Does the index begin with the fields of the key, in their order and of their kind? */
function beginsWith(index: Document, key: ShardKey): boolean {
  const parts = Object.entries((index['key'] ?? {}) as Document);
  return Object.entries(key).every(
    ([field, kind], at) => parts[at]?.[0] === field && Object.is(Number(parts[at][1]) || parts[at][1], kind),
  );
}

/** An index that leaves documents out, or orders texts by a language, does not support a key. */
function isWhole(index: Document): boolean {
  const isLeavingOut = index['sparse'] === true || 'partialFilterExpression' in index || index['hidden'] === true;
  return !isLeavingOut && !('collation' in index);
}

export interface CollectionFacts {
  type: string;
  options: Document;
  indexes: readonly Document[];
  isEmpty: boolean;
}

/** What the server would refuse, and why. A collection that does not exist is made by it. */
export function checkShardable(key: ShardKey, unique: boolean, facts: CollectionFacts | undefined): Finding[] {
  const found: Finding[] = [];
  if (unique && isHashed(key))
    found.push(refusal('UNIQUE_HASHED', 'a hashed key cannot be unique: make a unique index on the field beside it'));
  if (!facts) return found;
  const { type, options } = facts;
  if (type === 'view') return [...found, refusal('IS_VIEW', 'a view holds no documents: shard what it looks at')];
  if (type === 'timeseries')
    return [
      ...found,
      refusal('IS_TIME_SERIES', 'a time-series collection is sharded when it is made, by its meta or time field'),
    ];
  if (options['capped'] === true) found.push(refusal('IS_CAPPED', 'a capped collection cannot be sharded'));
  return [...found, ...checkIndexes(key, unique, facts)];
}

function checkIndexes(key: ShardKey, unique: boolean, { indexes, isEmpty }: CollectionFacts): Finding[] {
  const found: Finding[] = [];
  const supporting = indexes.filter((index) => beginsWith(index, key) && isWhole(index));
  if (supporting.length === 0 && !isEmpty) {
    const message = `no index begins with the key and holds every document: make one on ${JSON.stringify(key)} first`;
    found.push(refusal('NO_INDEX', message));
  }
  for (const index of indexes) {
    if (index['unique'] !== true || index['name'] === '_id_' || beginsWith(index, key)) continue;
    const message = `the unique index ${String(index['name'])} does not begin with the key, and no shard could check it alone: drop it or choose another key`;
    found.push(refusal('UNIQUE_INDEX', message));
  }
  const isUniqueThere = supporting.some(
    (index) => (index['unique'] === true || index['name'] === '_id_') && isSameKey(key, index['key'] as Document),
  );
  if (unique && supporting.length > 0 && !isUniqueThere)
    found.push(refusal('NOT_UNIQUE', 'the index of the key is not unique: make it unique, or shard without `unique`'));
  return found;
}
