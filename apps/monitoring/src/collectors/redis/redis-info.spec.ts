import { hitRatio, onlineReplicas, parseInfo, parsePairs } from './redis-info.ts';

describe('parseInfo', () => {
  it('reads fields, also with colons in their values, and skips sections', () => {
    const info = parseInfo(
      '# Server\r\nredis_version:7.0.15\r\nexecutable:/a:b\r\n\r\n# Keyspace\r\ndb0:keys=3,expires=1\r\n',
    );
    expect(Object.fromEntries(info)).toEqual({ redis_version: '7.0.15', executable: '/a:b', db0: 'keys=3,expires=1' });
    expect(Object.fromEntries(parsePairs('keys=3,expires=1'))).toEqual({ keys: '3', expires: '1' });
  });

  it('counts replicas that follow, and not a backup that reads', () => {
    const info = parseInfo(
      'slave0:ip=10.0.0.2,port=6379,state=online\r\nslave1:ip=10.0.0.3,port=0,state=send_bulk\r\nslave_repl_offset:7\r\n',
    );
    expect(onlineReplicas(info)).toBe(1);
  });

  it('gives no hit ratio before the first look-up', () => {
    expect(hitRatio(0, 0)).toBeUndefined();
    expect(hitRatio(3, 1)).toBe(0.75);
  });
});
