import { parseRedisSeeds, parseRedisUri } from './redis-address.ts';

describe('addresses of Redis', () => {
  it('read user, password, port and TLS', () => {
    expect(parseRedisUri('redis://localhost')).toEqual({ host: 'localhost', port: 6379 });
    expect(parseRedisUri('redis://:p%40ss@h:1/3')).toEqual({ host: 'h', port: 1, password: 'p@ss' });
    const secure = parseRedisUri('rediss://u:p@[::1]:2', { ca: 'pem' });
    expect(secure).toEqual({ host: '::1', port: 2, username: 'u', password: 'p', tls: { ca: 'pem' } });
    expect(parseRedisUri('rediss://h').tls).toEqual({});
  });

  it('read several nodes with one login, whose password may hold commas', () => {
    expect(parseRedisSeeds('redis://:p,w@one:1, two,[::1]:3/2')).toEqual([
      { host: 'one', port: 1, password: 'p,w' },
      { host: 'two', port: 6379, password: 'p,w' },
      { host: '::1', port: 3, password: 'p,w' },
    ]);
    expect(parseRedisSeeds('rediss://h')).toEqual([{ host: 'h', port: 6379, tls: {} }]);
  });

  it.each(['redis://a,,b', 'redis://a,', 'redis://:secret@a:1,b:x', 'secret', 'redis://a:1,redis://b:2'])(
    'refuse %s as nodes without showing it',
    (uri) => {
      expect(() => parseRedisSeeds(uri)).toThrow(/^REDIS_URI (must look like|names several nodes)/);
      expect(() => parseRedisSeeds(uri)).not.toThrow(/secret/);
    },
  );

  it.each(['http://h', 'redis://', 'secret'])('refuse %s without showing it', (uri) => {
    expect(() => parseRedisUri(uri)).toThrow('REDIS_URI must look like');
  });
});
