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
    let malformed = 0;
    fc.assert(
      fc.property(document, fc.array(edit, { maxLength: 4 }), (fields, edits) => {
        const bytes = Buffer.from(serialize(fields));
        for (const [at, byte] of edits) bytes[at % bytes.length] = byte;
        const walked = outcome(() => [...elementsOf(bytes, 0, bytes.length)]);
        expect(outcome(() => assertElements(bytes, 0, bytes.length))).toBe(walked);
        if (edits.length === 0) expect(walked).toBe('sound');
        if (walked === 'malformed') malformed += 1;
      }),
      { numRuns: 2000 },
    );
    expect(malformed).toBeGreaterThan(100);
  });
});
