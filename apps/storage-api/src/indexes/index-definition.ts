import { fromExtendedJson } from '@lucid/clients/mongodb/extended-json';
import { AppError, type FieldError } from '@lucid/core/app-error';
import type { IndexCreatePayload } from '@lucid/jobs/contracts/index-create';
import type { Document } from 'mongodb';
import type { CreateIndexDto } from './indexes.dto.ts';

/** An index as `createIndexes` takes it; `key` is a Map because the order of its fields is its meaning. */
export type IndexSpec = Document & { name: string; key: Map<string, number | string> };

const KINDS = new Set(['text', '2dsphere', '2d', 'hashed']);
const MAX_FIELDS = 32;
const MAX_FIELD_LENGTH = 500;

/**
 * What can be said of an index without the server; the rest the server says (`IndexTrial`).
 * @throws AppError VALIDATION_FAILED with a pointer to the field
 */
export function toPayload(collection: string, dto: CreateIndexDto): IndexCreatePayload {
  const keys = readKeys(dto.keys);
  const { keys: _keys, name, defaultLanguage, languageOverride, ...others } = dto;
  const options = {
    ...Object.fromEntries(Object.entries(others).filter(([, value]) => value !== undefined && value !== null)),
    ...(defaultLanguage && { default_language: defaultLanguage }),
    ...(languageOverride && { language_override: languageOverride }),
  };
  assertOptions(keys, dto);
  const payload = { collection, name: name ?? nameOf(keys), keys };
  const plain = JSON.parse(JSON.stringify(options)) as Record<string, unknown>;
  return { ...payload, ...(Object.keys(plain).length > 0 && { options: plain }) };
}

/** @throws AppError EXTENDED_JSON_INVALID */
export function toSpec({ name, keys, options = {} }: IndexCreatePayload): IndexSpec {
  return { ...(fromExtendedJson(options) as Document), name, key: new Map(keys) };
}

function readKeys(keys: Record<string, unknown>): [string, number | string][] {
  const entries = Object.entries(keys);
  if (entries.length === 0) throw invalid([at('', 'must name at least one field')]);
  if (entries.length > MAX_FIELDS) throw invalid([at('', `may have ${String(MAX_FIELDS)} fields at most`)]);
  const errors = entries.flatMap(([field, kind]) => {
    const problem = fieldProblem(field) ?? kindProblem(kind);
    return problem === undefined ? [] : [at(field, problem)];
  });
  if (entries.length > 1 && entries.some(([field]) => /^\d+$/.test(field)))
    errors.push(at('', 'cannot hold a field that is a number beside others: JSON does not keep their order'));
  if (errors.length > 0) throw invalid(errors);
  return entries as [string, number | string][];
}

function fieldProblem(field: string): string | undefined {
  if (field === '' || field.length > MAX_FIELD_LENGTH)
    return `has a field of no or more than ${String(MAX_FIELD_LENGTH)} characters`;
  if (!field.isWellFormed()) return 'has a field with half a character';
  if (field.includes('\0')) return 'has a null character in a field';
  if (field === '$**' || /^[^$].*\.\$\*\*$/.test(field)) return undefined;
  if (field.split('.').some((part) => part === '')) return 'has a field with an empty part between its dots';
  return field.split('.').some((part) => part.startsWith('$')) ? 'has a field that begins with $' : undefined;
}

function kindProblem(kind: unknown): string | undefined {
  if (kind === 1 || kind === -1 || (typeof kind === 'string' && KINDS.has(kind))) return undefined;
  return `must be 1, -1, or one of ${[...KINDS].join(', ')}`;
}

type Keys = readonly [string, number | string][];

/** What options ask of the keys: https://www.mongodb.com/docs/manual/core/indexes/index-properties/ */
const OPTION_RULES: readonly (readonly [keyof CreateIndexDto, (keys: Keys, dto: CreateIndexDto) => boolean, string])[] =
  [
    [
      'expireAfterSeconds',
      (keys) => keys.length > 1 || hasWildcard(keys) || hasKind(keys, 'text'),
      'needs an index of one field',
    ],
    [
      'unique',
      (keys, { unique }) => unique === true && (hasWildcard(keys) || hasKind(keys, 'text', 'hashed')),
      'cannot be had with wildcard, text and hashed fields',
    ],
    [
      'sparse',
      (_keys, { sparse, partialFilterExpression }) => sparse === true && partialFilterExpression !== undefined,
      'cannot be had with partialFilterExpression, which says more',
    ],
    ['wildcardProjection', (keys) => !keys.some(([field]) => field === '$**'), 'needs the key "$**"'],
    ['weights', (keys) => !hasKind(keys, 'text'), 'needs a text field'],
    ['defaultLanguage', (keys) => !hasKind(keys, 'text'), 'needs a text field'],
    ['languageOverride', (keys) => !hasKind(keys, 'text'), 'needs a text field'],
    [
      'name',
      (_keys, { name = '' }) => name === '*' || /^\$|\0/.test(name) || !name.isWellFormed(),
      'is no name of an index',
    ],
    ['name', (_keys, { name }) => name === '_id_', 'belongs to the index that every collection has'],
  ];

function assertOptions(keys: Keys, dto: CreateIndexDto): void {
  const errors = OPTION_RULES.filter(
    ([option, isBroken]) => dto[option] !== undefined && dto[option] !== null && isBroken(keys, dto),
  ).map(([option, , message]): FieldError => {
    return { pointer: `/${option}`, code: 'EXCLUSIVE', message: `${option} ${message}` };
  });
  const [field, kind] = keys[0] ?? [];
  if (keys.length === 1 && field === '_id' && kind === 1)
    errors.push(at('_id', 'is the index that every collection has already'));
  if (keys.filter(([, one]) => one === 'hashed').length > 1) errors.push(at('', 'may have one hashed field at most'));
  if (errors.length > 0) throw invalid(errors);
}

function hasWildcard(keys: Keys): boolean {
  return keys.some(([field]) => field.endsWith('$**'));
}

function hasKind(keys: Keys, ...kinds: string[]): boolean {
  return keys.some(([, kind]) => kinds.includes(String(kind)));
}

/** MongoDB's own: `a_1_b_-1`. */
function nameOf(keys: readonly [string, number | string][]): string {
  const name = keys.map(([field, kind]) => `${field}_${String(kind)}`).join('_');
  return name.length <= 127 ? name : `${name.slice(0, 120)}_${String(keys.length)}`;
}

function at(field: string, message: string): FieldError {
  const part = field === '' ? '' : `/${field.replaceAll('~', '~0').replaceAll('/', '~1').slice(0, 100)}`;
  return { pointer: `/keys${part}`, code: 'INDEX_KEY', message };
}

function invalid(errors: FieldError[]): AppError {
  const [first] = errors;
  return new AppError('VALIDATION_FAILED', `${first?.pointer ?? ''}: ${first?.message ?? ''}`, { errors });
}
