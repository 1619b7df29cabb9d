import { jest } from '@jest/globals';
import type { Redis } from 'ioredis';
import { createCacheClient } from './cache-client.ts';
import { GatheredGets } from './gathered-gets.ts';

const PREFIX = `test_gathered_${process.pid}_`;
const uri = String(process.env['REDIS_URI']);

describe('GETs that are gathered', () => {
  const client = createCacheClient({ uri, isCluster: false, database: 15, hurryMs: 20_000 }) as Redis;

  beforeAll(async () => {
    await client.connect();
  });
  afterAll(async () => {
    await client.del(...Array.from({ length: 200 }, (_, n) => `${PREFIX}${n}`), `${PREFIX}list`);
    client.disconnect();
  });

  it('answer each caller with the value of its own key, in few commands', async () => {
    const gets = new GatheredGets(client);
    const pipeline = client.pipeline();
    for (let n = 0; n < 200; n += 2) pipeline.set(`${PREFIX}${n}`, Buffer.from([n, 0, 255]));
    await pipeline.exec();
    const commands = jest.spyOn(client, 'mgetBuffer');
    const found = await Promise.all(Array.from({ length: 200 }, (_, n) => gets.get(`${PREFIX}${n}`)));
    expect(commands).toHaveBeenCalledTimes(4);
    commands.mockRestore();
    found.forEach((value, n) => expect(value).toEqual(n % 2 === 0 ? Buffer.from([n, 0, 255]) : null));
  });

  it('find nothing where a key holds something else than a string', async () => {
    await client.lpush(`${PREFIX}list`, 'a');
    await expect(new GatheredGets(client).get(`${PREFIX}list`)).resolves.toBeNull();
  });

  it('all fail when Redis is gone', async () => {
    const gone = createCacheClient({
      uri: 'redis://127.0.0.1:1',
      isCluster: false,
      database: 15,
      hurryMs: 100,
    }) as Redis;
    const gets = new GatheredGets(gone);
    const ended = await Promise.allSettled(['a', 'b'].map((key) => gets.get(key)));
    expect(ended.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    gone.disconnect();
  });
});
