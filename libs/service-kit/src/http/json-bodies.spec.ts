import { isTooDeep } from './json-bodies.ts';

const nested = (depth: number): Buffer => Buffer.from(`${'['.repeat(depth)}${']'.repeat(depth)}`);

describe('how deep JSON is nested', () => {
  it.each([
    [199, false],
    [200, false],
    [201, true],
    [100_000, true],
  ])('%i levels', (depth, expected) => {
    expect(isTooDeep(nested(depth))).toBe(expected);
  });

  it('counts objects and arrays together, and not what stands beside each other', () => {
    expect(isTooDeep(Buffer.from('{"a":['.repeat(3) + ']}'.repeat(3)), 5)).toBe(true);
    expect(isTooDeep(Buffer.from(`[${'[{}],'.repeat(1000)}[]]`), 5)).toBe(false);
  });

  it('takes no bracket of a string for one', () => {
    expect(isTooDeep(Buffer.from(JSON.stringify({ text: `${'['.repeat(300)}"\\"${'{'.repeat(300)}\\` })))).toBe(false);
    expect(isTooDeep(Buffer.from(`{"a":"${'['.repeat(300)}`))).toBe(false);
  });
});
