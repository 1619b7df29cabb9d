import { fromExtendedJson } from '@lucid/clients/mongodb/extended-json';
import { AppError, isAppError } from '@lucid/core/app-error';
import { BSON, type BSONRegExp, type Document, type Filter } from 'mongodb';
import { fieldPathProblem } from './field-path.ts';
import { COMPARISON, EXPRESSIONS, GEO, GEO_SHAPES, LISTS, LOGICAL, SCALARS, TEXT_OPTIONS } from './filter-operators.ts';

export const FILTER_LIMITS = {
  /** Characters of a filter that comes as text. */
  textLength: 16_384,
  /** Bytes of its BSON. */
  bytes: 65_536,
  depth: 12,
  /** Fields and operators together. */
  clauses: 200,
  listItems: 1_000,
  regexLength: 256,
} as const;

/**
 * A filter of a caller: Extended JSON, as text or parsed, with only operators of `filter-operators.ts` where they belong.
 * `undefined` and an empty text match everything. `pointer` names where it stands in the request.
 * @throws AppError FILTER_INVALID with a pointer; EXTENDED_JSON_INVALID for a broken typed value
 */
export function parseFilter(value: unknown, pointer = '/filter'): Filter<Document> {
  if (value === undefined || value === '') return {};
  const read = fromExtendedJson(typeof value === 'string' ? fromText(value, pointer) : value, pointer);
  const reader = new FilterReader();
  const filter = documentOf(read, pointer);
  reader.filter(filter, pointer, 1);
  // The limits before this one keep it from being costly.
  if (BSON.calculateObjectSize(filter) > FILTER_LIMITS.bytes)
    refuse(pointer, 'TOO_LARGE', `has at most ${String(FILTER_LIMITS.bytes)} bytes`);
  return filter;
}

function fromText(text: string, pointer: string): unknown {
  if (text.length > FILTER_LIMITS.textLength)
    refuse(pointer, 'TOO_LARGE', `has at most ${String(FILTER_LIMITS.textLength)} characters`);
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (isAppError(cause)) throw cause;
    return refuse(pointer, 'JSON', 'is not well-formed JSON; a filter looks like {"status":"active"}');
  }
}

function refuse(pointer: string, code: string, message: string): never {
  const shown = pointer.slice(0, 200);
  throw new AppError('FILTER_INVALID', `${shown} ${message}`, { errors: [{ pointer: shown, code, message }] });
}

function documentOf(value: unknown, pointer: string): Document {
  return isPlain(value) ? value : refuse(pointer, 'TYPE', 'must be an object');
}

function listOf(value: unknown, pointer: string): unknown[] {
  if (!Array.isArray(value)) return refuse(pointer, 'TYPE', 'must be a list');
  if (value.length > FILTER_LIMITS.listItems)
    refuse(pointer, 'TOO_LARGE', `has at most ${String(FILTER_LIMITS.listItems)} items`);
  return value;
}

function isPlain(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** By name, because a process may hold bson twice; no caller can forge it: the key is refused in what is read. */
function isTyped(value: unknown, name: string): boolean {
  return (value as { _bsontype?: string } | null | undefined)?._bsontype === name;
}

function isOperators(value: unknown): value is Document {
  return isPlain(value) && Object.keys(value).some((key) => key.startsWith('$')) && value['$ref'] === undefined;
}

function under(pointer: string, key: string | number): string {
  return `${pointer}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** Walks one filter and counts what it holds; each method is one place where the grammar of filters differs. */
class FilterReader {
  private clauses = 0;

  filter(filter: Document, pointer: string, depth: number): void {
    this.enter(pointer, depth);
    for (const [key, value] of Object.entries(filter)) {
      const at = under(pointer, key);
      this.count(at);
      if (!key.startsWith('$')) this.field(key, value, at, depth);
      else if (LOGICAL.has(key)) this.filters(value, at, depth);
      else if (key === '$expr') this.expression(value, under(pointer, key), depth + 1);
      else if (key === '$text') this.text(value, at);
      else refuse(at, 'OPERATOR', `is no operator that a filter may begin with here: ${key.slice(0, 50)}`);
    }
  }

  private filters(value: unknown, pointer: string, depth: number): void {
    const filters = listOf(value, pointer);
    if (filters.length === 0) refuse(pointer, 'EMPTY', 'needs at least one filter');
    filters.forEach((inner, index) => {
      this.filter(documentOf(inner, under(pointer, index)), under(pointer, index), depth + 1);
    });
  }

  private field(path: string, value: unknown, pointer: string, depth: number): void {
    const problem = fieldPathProblem(path);
    if (problem !== undefined) refuse(pointer, 'FIELD', `is no field: ${problem}`);
    if (isOperators(value)) this.operators(value, pointer, depth + 1);
    else this.literal(value, pointer, depth);
  }

  private operators(operators: Document, pointer: string, depth: number): void {
    this.enter(pointer, depth);
    for (const [key, value] of Object.entries(operators)) {
      const at = under(pointer, key);
      this.count(at);
      if (COMPARISON.has(key)) this.literal(value, at, depth);
      else if (LISTS.has(key)) this.items(key, value, at, depth);
      else if (SCALARS.has(key)) this.literal(value, at, depth);
      else if (key === '$regex') this.regex(value, at);
      else if (key === '$options') this.options(value, operators, at);
      else if (key === '$not') this.not(value, at, depth);
      else if (key === '$elemMatch') this.elemMatch(documentOf(value, at), at, depth);
      else if (GEO.has(key)) this.shape(value, at, depth + 1);
      else refuse(at, 'OPERATOR', `is no operator that a filter may hold here: ${key.slice(0, 50)}`);
    }
  }

  private items(key: string, value: unknown, pointer: string, depth: number): void {
    listOf(value, pointer).forEach((item, index) => {
      const at = under(pointer, index);
      if (key === '$all' && isOperators(item)) this.operators(item, at, depth + 1);
      else this.literal(item, at, depth);
    });
  }

  private not(value: unknown, pointer: string, depth: number): void {
    if (isOperators(value)) this.operators(value, pointer, depth + 1);
    else this.regex(value, pointer);
  }

  private elemMatch(value: Document, pointer: string, depth: number): void {
    const first = Object.keys(value)[0];
    const isFilter = first === undefined || !first.startsWith('$') || LOGICAL.has(first);
    if (isFilter) this.filter(value, pointer, depth + 1);
    else this.operators(value, pointer, depth + 1);
  }

  private regex(value: unknown, pointer: string): void {
    const pattern = isTyped(value, 'BSONRegExp') ? (value as BSONRegExp).pattern : value;
    if (typeof pattern !== 'string') refuse(pointer, 'TYPE', 'must be a regular expression as text');
    if (pattern.length > FILTER_LIMITS.regexLength)
      refuse(pointer, 'TOO_LARGE', `has at most ${String(FILTER_LIMITS.regexLength)} characters`);
    if (pattern.includes('\0')) refuse(pointer, 'FORMAT', 'holds a null character');
  }

  private options(value: unknown, { $regex }: Document, pointer: string): void {
    const fits = typeof value === 'string' && /^[imsx]{0,4}$/.test(value) && $regex !== undefined;
    if (!fits) refuse(pointer, 'FORMAT', 'takes the letters i, m, s and x, beside $regex');
  }

  private text(value: unknown, pointer: string): void {
    for (const [key, inner] of Object.entries(documentOf(value, pointer))) {
      if (!TEXT_OPTIONS.has(key)) refuse(under(pointer, key), 'OPERATOR', 'is no option of $text');
      if (typeof inner !== 'string' && typeof inner !== 'boolean')
        refuse(under(pointer, key), 'TYPE', 'is of no type it takes');
    }
  }

  /** A shape or GeoJSON: operators only of shapes, at any depth. */
  private shape(value: unknown, pointer: string, depth: number): void {
    this.enter(pointer, depth);
    if (Array.isArray(value)) return this.literal(value, pointer, depth);
    for (const [key, inner] of Object.entries(documentOf(value, pointer))) {
      const at = under(pointer, key);
      this.count(at);
      if (key.startsWith('$') && !GEO_SHAPES.has(key)) refuse(at, 'OPERATOR', 'is no shape');
      this.literal(inner, at, depth);
    }
  }

  private expression(value: unknown, pointer: string, depth: number): void {
    this.enter(pointer, depth);
    if (Array.isArray(value)) {
      listOf(value, pointer).forEach((item, index) => this.expression(item, under(pointer, index), depth + 1));
    } else if (isPlain(value)) {
      for (const [key, inner] of Object.entries(value)) {
        const at = under(pointer, key);
        this.count(at);
        if (key === '$literal') this.literal(inner, at, depth);
        else if (key.startsWith('$') && !EXPRESSIONS.has(key))
          refuse(at, 'OPERATOR', `is no operator that $expr may hold: ${key.slice(0, 50)}`);
        else this.expression(inner, at, depth + 1);
      }
    } else this.literal(value, pointer, depth);
  }

  /** A value to compare with: whatever stands in it, none of it is an operator. */
  private literal(value: unknown, pointer: string, depth: number): void {
    if (isTyped(value, 'BSONRegExp')) return this.regex(value, pointer);
    if (isTyped(value, 'Code')) refuse(pointer, 'TYPE', 'must not be JavaScript');
    if (Array.isArray(value)) {
      this.enter(pointer, depth + 1);
      listOf(value, pointer).forEach((item, index) => this.literal(item, under(pointer, index), depth + 1));
    } else if (isPlain(value)) {
      this.enter(pointer, depth + 1);
      for (const [key, inner] of Object.entries(value)) {
        const at = under(pointer, key);
        this.count(at);
        if (key.startsWith('$') && !['$ref', '$id', '$db'].includes(key))
          refuse(at, 'OPERATOR', 'stands in a value, where it would be compared with and not applied');
        this.literal(inner, at, depth + 1);
      }
    }
  }

  private enter(pointer: string, depth: number): void {
    if (depth > FILTER_LIMITS.depth)
      refuse(pointer, 'TOO_DEEP', `is deeper than ${String(FILTER_LIMITS.depth)} levels`);
  }

  private count(pointer: string): void {
    this.clauses += 1;
    if (this.clauses > FILTER_LIMITS.clauses)
      refuse(pointer, 'TOO_MANY', `is one field or operator more than the ${String(FILTER_LIMITS.clauses)} allowed`);
  }
}
