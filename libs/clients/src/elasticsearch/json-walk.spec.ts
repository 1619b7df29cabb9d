import fc from 'fast-check';
import { endOfValue, rawMembers, walkArray, walkObject } from './json-walk.ts';

describe('walking over JSON text', () => {
  it('finds the end of any value, whatever follows', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom('', ',', ' ', '}', '\n]'), (text, rest) => {
        const bytes = Buffer.from(text);
        expect(endOfValue(Buffer.concat([bytes, Buffer.from(rest)]), 0)).toBe(bytes.length);
      }),
    );
  });

  it('gives each member as it stands', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()),
        fc.constantFrom(0, 1, 3),
        (object, space) => {
          const members = rawMembers(Buffer.from(JSON.stringify(object, undefined, space)));
          const own = JSON.parse(JSON.stringify(object)) as Record<string, unknown>;
          expect([...members.keys()].sort()).toEqual(Object.keys(own).sort());
          for (const [key, value] of members) expect(JSON.parse(value)).toEqual(own[key]);
        },
      ),
    );
  });

  it('leaves numbers as their text', () => {
    const text = Buffer.from(' { "n" : 9007199254740993 , "d":1.10,"e":-1e-400, "a" : [ 1 , [2,"]"] ] }');
    expect([...rawMembers(text)]).toEqual([
      ['n', '9007199254740993'],
      ['d', '1.10'],
      ['e', '-1e-400'],
      ['a', '[ 1 , [2,"]"] ]'],
    ]);
    const elements: string[] = [];
    walkArray(Buffer.from('[ 1.0 ,"a\\"]", {} ]'), 0, (at) => {
      const bytes = Buffer.from('[ 1.0 ,"a\\"]", {} ]');
      const end = endOfValue(bytes, at);
      elements.push(bytes.toString('utf8', at, end));
      return end;
    });
    expect(elements).toEqual(['1.0', '"a\\"]"', '{}']);
  });

  it('is not misled by quotes and backslashes near and far', () => {
    for (let length = 0; length < 80; length += 1) {
      for (const tail of ['\\\\', '\\"', '\\\\\\"', 'x']) {
        const text = Buffer.from(`"${'y'.repeat(length)}${tail}",1`);
        expect(endOfValue(text, 0)).toBe(text.length - 2);
      }
    }
  });

  it('throws where the text ends early or is none', () => {
    for (const text of ['"abc', '"abc\\"', '{"a":1', '[1,2', '{"a" 1}', '{"a":}', '']) {
      const bytes = Buffer.from(text);
      const walk = () => walkObject(bytes, 0, (_key, at) => endOfValue(bytes, at));
      expect(walk).toThrow(SyntaxError);
    }
    expect(() => endOfValue(Buffer.from('{"a":["b}"'), 0)).toThrow(SyntaxError);
  });
});
