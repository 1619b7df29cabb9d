import { Decimal128, Long, ObjectId, serialize, Timestamp } from 'bson';
import fc from 'fast-check';
import { assertElements, elementsOf } from './bson-walk.ts';

const value = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.string({ maxLength: 20 }),
  fc.boolean(),
  fc.constant(null),
  fc.date({ noInvalidDate: true }),
  fc.constantFrom(new ObjectId(), Long.MAX_VALUE, Decimal128.fromString('1.5'), new Timestamp({ t: 1, i: 2 }), /a.b/i),
  fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
  fc.array(fc.integer(), { maxLength: 4 }),
  fc.record({ a: fc.integer(), b: fc.string() }),
);
const document = fc.dictionary(
  fc.string({ maxLength: 10 }).filter((name) => !name.includes('\0')),
  value,
  { maxKeys: 8, noNullPrototype: true },
);

function outcome(walk: () => unknown): string {
  try {
    walk();
    return 'sound';
  } catch (error) {
    expect(error).toBeInstanceOf(RangeError);
    return 'malformed';
  }
}

describe('walking over BSON', () => {
  it('finds the same documents sound, with or without making elements of them', () => {
    const edit = fc.tuple(fc.nat(400), fc.nat(255));
    fc.assert(
      fc.property(document, fc.array(edit, { maxLength: 4 }), (fields, edits) => {
        const bytes = Buffer.from(serialize(fields));
        for (const [at, byte] of edits) bytes[at % bytes.length] = byte;
        const walked = outcome(() => [...elementsOf(bytes, 0, bytes.length)]);
        expect(outcome(() => assertElements(bytes, 0, bytes.length))).toBe(walked);
        if (edits.length === 0) expect(walked).toBe('sound');
      }),
      { numRuns: 2000 },
    );
  });

  it('finds malformed what is cut short, or says that it is longer than it is', () => {
    const bytes = Buffer.from(serialize({ a: 'text', b: { c: [1, 2], d: null }, e: Long.MAX_VALUE }));
    const walks = (some: Buffer) => [
      outcome(() => [...elementsOf(some, 0, some.length)]),
      outcome(() => assertElements(some, 0, some.length)),
    ];
    expect(walks(bytes)).toEqual(['sound', 'sound']);
    for (let length = 0; length < bytes.length; length += 1)
      expect([length, ...walks(bytes.subarray(0, length))]).toEqual([length, 'malformed', 'malformed']);
    const longer = Buffer.from(bytes);
    longer[0] = bytes.length + 1;
    expect(walks(longer)).toEqual(['malformed', 'malformed']);
  });
});
