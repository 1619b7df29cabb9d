import { Binary, BSONRegExp, BSONSymbol, Code, Decimal128, Double, Int32, Long, MaxKey, MinKey, ObjectId } from 'bson';
import { Timestamp } from 'bson';
import fc from 'fast-check';

const uint32 = fc.integer({ min: 0, max: 0xffffffff });
const text = fc.string({ unit: 'binary' });
/** Names that are neither typed values nor refused. */
const name = fc
  .string({ unit: 'binary', maxLength: 8 })
  .filter((key) => !key.startsWith('$') && !key.includes('\0') && key !== '__proto__' && key !== '_bsontype');
const decimal = fc.oneof(
  fc.tuple(fc.bigInt({ min: -(10n ** 34n) + 1n, max: 10n ** 34n - 1n }), fc.integer({ min: -6000, max: 6000 })),
  fc.constant([0n, 0] as const),
);

const scalar: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(null, true, false, new MinKey(), new MaxKey(), Decimal128.fromString('NaN')),
  text,
  fc.integer().map((value) => new Int32(value)),
  fc.double().map((value) => new Double(value)),
  fc.integer().map((value) => new Double(value)),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => Long.fromBigInt(value)),
  fc.integer().map((value) => Long.fromNumber(value)),
  decimal.map(([digits, exponent]) => Decimal128.fromString(`${String(digits)}E${String(exponent)}`)),
  fc.integer({ min: -8_640_000_000_000_000, max: 8_640_000_000_000_000 }).map((ms) => new Date(ms)),
  fc.integer({ min: -(2 ** 40), max: 2 ** 45 }).map((ms) => new Date(ms)),
  fc.uint8Array({ minLength: 12, maxLength: 12 }).map((bytes) => new ObjectId(bytes)),
  fc
    .tuple(fc.uint8Array(), fc.constantFrom(0, 1, 2, 3, 5, 6, 0x80, 0xff))
    .map(([bytes, type]) => new Binary(bytes, type)),
  fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => new Binary(bytes, 4)),
  fc.tuple(uint32, uint32).map(([t, i]) => new Timestamp({ t, i })),
  fc
    .tuple(fc.string(), fc.constantFrom('', 'i', 'im', 'imsx'))
    .map(([pattern, options]) => new BSONRegExp(pattern.replaceAll('\0', ''), options)),
  text.map((source) => new Code(source)),
  fc.tuple(text, fc.dictionary(name, fc.boolean())).map(([source, scope]) => new Code(source, scope)),
  text.map((value) => new BSONSymbol(value)),
);

const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { weight: 6, arbitrary: scalar },
    { weight: 1, arbitrary: fc.array(tie('value'), { maxLength: 4 }) },
    { weight: 1, arbitrary: fc.dictionary(name, tie('value'), { maxKeys: 4, noNullPrototype: true }) },
  ),
}));

/** Documents of every BSON type that can still be written, for property tests. */
export const bsonDocument: fc.Arbitrary<Record<string, unknown>> = fc.dictionary(name, value, {
  maxKeys: 8,
  noNullPrototype: true,
});
