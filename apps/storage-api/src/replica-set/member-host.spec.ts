import { isAppError } from '@lucid/core/app-error';
import { isLocalHost, memberHost } from './member-host.ts';

describe('memberHost', () => {
  it.each([
    ['mongo-1.internal:27018', 'mongo-1.internal:27018'],
    ['mongo_1', 'mongo_1:27017'],
    ['10.0.0.7:1', '10.0.0.7:1'],
    ['[2001:db8::7]', '[2001:db8::7]:27017'],
    ['a.', 'refused'],
    ['a..b', 'refused'],
    ['a:0', 'refused'],
    ['a:65536', 'refused'],
    ['a:b', 'refused'],
    ['a@b:1', 'refused'],
    ['a/b', 'refused'],
    ['1.2.3', 'refused'],
    ['[10.0.0.7]:1', 'refused'],
    ['2001:db8::7', 'refused'],
    [`${'a'.repeat(64)}.b`, 'refused'],
    ['-a', 'refused'],
    ['', 'refused'],
    ['a:1\n', 'refused'],
  ])('%j: %s', (given, expected) => {
    const read = (): string => {
      try {
        return memberHost(given);
      } catch (error) {
        if (isAppError(error, 'VALIDATION_FAILED') && error.errors?.[0]?.pointer === '/host') return 'refused';
        throw error;
      }
    };
    expect(read()).toBe(expected);
  });

  it('knows names of this host', () => {
    expect(['localhost:1', '127.0.0.1:1', '[::1]:1', 'localhost.example:1', '128.0.0.1'].map(isLocalHost)).toEqual([
      ...[true, true, true, false, false],
    ]);
  });
});
