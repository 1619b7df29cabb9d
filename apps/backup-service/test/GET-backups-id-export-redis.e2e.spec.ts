import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runProgram } from '@lucid/clients/process/run-program';
import { createTestRedis, type TestRedis } from '@lucid/testing/engines';
import { findRedisServer } from '../../../scripts/engines/programs.ts';
import { type BackupTestService, startBackupService } from './interchange-service.ts';

describe('GET /api/v1/backups/{id}/export/redis', () => {
  let service: BackupTestService;
  let redis: TestRedis;
  let id: string;

  beforeAll(async () => {
    redis = await createTestRedis('cache', 'rdb_export');
    await redis.client.mset({ [`${redis.prefix}one`]: '1', [`${redis.prefix}two`]: '2' });
    service = await startBackupService();
    const { state, result } = await service.run('/backup', { engines: ['redis'] });
    expect(state).toBe('succeeded');
    id = String(result?.['backupId']);
  });
  afterAll(async () => {
    await service?.close();
    await redis?.close();
  });

  async function download(query: string, key = service.admin): Promise<{ status: number; body: Buffer }> {
    const answer = await service.app.inject({
      method: 'GET',
      url: `/api/v1/backups/${id}/export/redis${query}`,
      headers: { authorization: `Bearer ${key}` },
    });
    return { status: answer.statusCode, body: answer.rawPayload };
  }

  it('answers a file that redis-check-rdb accepts', async () => {
    const { status, body } = await download('');
    expect(status).toBe(200);
    expect(body.toString('latin1', 0, 5)).toBe('REDIS');
    const path = join(service.folder, 'export.rdb');
    await writeFile(path, body);
    const server = await findRedisServer({ say: () => undefined, signal: new AbortController().signal });
    const { stdout } = await runProgram(join(dirname(server), 'redis-check-rdb'), [path]);
    expect(stdout).toContain('RDB looks OK');
    expect(body.includes(`${redis.prefix}one`)).toBe(true);
  });

  it('holds chosen keys only', async () => {
    const { body } = await download(`?keys=${encodeURIComponent(`${redis.prefix}on*`)}&databases=0`);
    expect(body.includes(`${redis.prefix}one`)).toBe(true);
    expect(body.includes(`${redis.prefix}two`)).toBe(false);
  });

  it('refuses what is no database, a backup without Redis, and other roles', async () => {
    expect((await download('?databases=x')).status).toBe(400);
    expect((await download('', await service.key('operator'))).status).toBe(403);
    const database = service.database.sibling('shop');
    await service.database.client.db(database).collection('orders').insertOne({ n: 1 });
    id = await service.backup(database);
    expect((await download('')).status).toBe(422);
  });
});
