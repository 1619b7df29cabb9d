import { matchesPattern } from './key-pattern.ts';

// The rules are tested against a real server beside the restore of Redis; these are the ones a reader looks for.
describe('patterns of keys', () => {
  it.each([
    ['user:*', 'user:1', true],
    ['user:*', 'users:1', false],
    ['h?llo', 'hello', true],
    ['h[ae]llo', 'hillo', false],
    ['h[^e]llo', 'hallo', true],
    ['h[a-c]llo', 'hbllo', true],
    ['h[c-a]llo', 'hbllo', true],
    ['a\\*', 'a*', true],
    ['a\\*', 'ab', false],
    ['*', '', true],
    ['', '', true],
    ['[', 'x', false],
    ['User', 'user', false],
  ])('%s and %s: %s', (pattern, key, isMatch) => {
    expect(matchesPattern(Buffer.from(pattern), Buffer.from(key))).toBe(isMatch);
  });
});
