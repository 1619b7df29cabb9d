import { parseRedisUri } from './redis-address.ts';

describe('addresses of Redis', () => {
  it('read user, password, port and TLS', () => {
    expect(parseRedisUri('redis://localhost')).toEqual({ host: 'localhost', port: 6379 });
    expect(parseRedisUri('redis://:p%40ss@h:1/3')).toEqual({ host: 'h', port: 1, password: 'p@ss' });
    const secure = parseRedisUri('rediss://u:p@[::1]:2', { ca: 'pem' });
    expect(secure).toEqual({ host: '::1', port: 2, username: 'u', password: 'p', tls: { ca: 'pem' } });
    expect(parseRedisUri('rediss://h').tls).toEqual({});
  });

  it.each(['http://h', 'redis://', 'secret'])('refuse %s without showing it', (uri) => {
    expect(() => parseRedisUri(uri)).toThrow('REDIS_URI must look like');
  });
});
