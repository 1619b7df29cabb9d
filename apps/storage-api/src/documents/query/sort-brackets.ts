/**
 * The order in which MongoDB sorts values of different types, lowest first; null stands for a missing field too.
 * Source: https://www.mongodb.com/docs/manual/reference/bson-type-comparison-order/
 */
export const BRACKETS = [
  { name: 'minKey', types: ['minKey'] },
  /** A list without items sorts below null; no other value does this by its type. */
  { name: 'emptyList', types: [] },
  { name: 'null', types: [] },
  { name: 'number', types: ['number'] },
  { name: 'text', types: ['string', 'symbol'] },
  { name: 'object', types: ['object'] },
  { name: 'binary', types: ['binData'] },
  { name: 'objectId', types: ['objectId'] },
  { name: 'bool', types: ['bool'] },
  { name: 'date', types: ['date'] },
  { name: 'timestamp', types: ['timestamp'] },
  { name: 'rare', types: ['regex', 'dbPointer', 'javascript', 'javascriptWithScope'] },
  { name: 'maxKey', types: ['maxKey'] },
] as const;

export type Bracket = (typeof BRACKETS)[number]['name'];

const BY_CLASS: Readonly<Record<string, Bracket>> = {
  ...{ MinKey: 'minKey', MaxKey: 'maxKey', Int32: 'number', Double: 'number', Long: 'number', Decimal128: 'number' },
  ...{ BSONSymbol: 'text', Binary: 'binary', ObjectId: 'objectId', Timestamp: 'timestamp' },
  ...{ BSONRegExp: 'rare', DBRef: 'rare', Code: 'rare' },
};

/** Of a value read with its exact type; a list is none but the empty one. */
export function bracketOf(value: unknown): Bracket {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'number') return 'number';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'boolean') return 'bool';
  if (value instanceof Date) return 'date';
  if (Array.isArray(value)) return 'emptyList';
  const name = Object.hasOwn(value, '_bsontype') ? undefined : (value as { _bsontype?: string })._bsontype;
  return (name === undefined ? undefined : BY_CLASS[name]) ?? 'object';
}

export function rankOf(bracket: Bracket): number {
  return BRACKETS.findIndex(({ name }) => name === bracket);
}

export function isNaNValue(value: unknown): boolean {
  if (typeof value === 'object' && (value as { _bsontype?: string } | null)?._bsontype === 'Decimal128')
    return String(value) === 'NaN';
  return bracketOf(value) === 'number' && Number.isNaN(Number(value));
}
