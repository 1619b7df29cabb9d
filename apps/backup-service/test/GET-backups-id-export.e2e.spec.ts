import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { runProgram } from '@lucid/clients/process/run-program';
import type { LeaseStore } from '@lucid/core/lease';
import { TOKENS } from '@lucid/service-kit/tokens';
import { eventually } from '@lucid/testing/eventually';
import { differencesOf, readImage } from '@lucid/testing/mongodb-oracle';
import type { Document } from 'bson';
import { mongoTools } from '../../../scripts/engines/mongo-tools.ts';
import { type BackupTestService, startBackupService } from './interchange-service.ts';

describe('GET /api/v1/backups/{id}/export', () => {
  let service: BackupTestService;
  let database: string;
  let id: string;

  beforeAll(async () => {
    service = await startBackupService();
    database = service.database.sibling('shop');
    const db = service.database.client.db(database);
    await db.collection('orders').insertMany(Array.from({ length: 5000 }, (_, n) => ({ n, pad: 'x'.repeat(500) })));
    await db.collection('orders').createIndex({ n: -1 }, { unique: true });
    await db.collection('people').insertOne({ name: 'Ana' });
    id = await service.backup(database);
  });
  afterAll(() => service.close());

  async function download(query = ''): Promise<{ status: number; headers: Document; body: Buffer }> {
    const answer = await service.app.inject({
      method: 'GET',
      url: `/api/v1/backups/${id}/export${query}`,
      headers: { authorization: `Bearer ${service.admin}` },
    });
    return { status: answer.statusCode, headers: answer.headers, body: answer.rawPayload };
  }

  it.each([false, true])('answers a file that mongorestore takes (gzip: %s)', async (gzip) => {
    const { status, headers, body } = await download(gzip ? '?gzip=true' : '');
    expect(status).toBe(200);
    expect(headers['content-type']).toBe(gzip ? 'application/gzip' : 'application/octet-stream');
    expect(headers['content-disposition']).toBe(`attachment; filename="${id}.archive${gzip ? '.gz' : ''}"`);
    const path = join(service.folder, `export-${gzip}`);
    await writeFile(path, body);
    const target = service.database.sibling('copy');
    const { mongorestore } = await mongoTools(() => undefined);
    const renames = ['--nsFrom', `${database}.*`, '--nsTo', `${target}.*`, ...(gzip ? ['--gzip'] : [])];
    const args = ['--uri', service.database.uri, `--archive=${path}`, '--stopOnError', ...renames];
    await runProgram(mongorestore, args, { timeoutMs: 120_000 });
    for (const collection of ['orders', 'people']) {
      const before = await readImage(service.database.uri, database, collection);
      const after = await readImage(service.database.uri, target, collection);
      expect(after.size).toBe(before.size);
      expect(differencesOf(before, after)).toEqual([]);
    }
    const indexes = await service.database.client.db(target).collection('orders').listIndexes().toArray();
    expect(indexes).toContainEqual(expect.objectContaining({ key: { n: -1 }, unique: true }));
  });

  it('holds chosen namespaces only, named once or in a list', async () => {
    const all = await download();
    const some = await download(`?namespaces=${database}.people,${database}.nothing&gzip=true`);
    const plain = gunzipSync(some.body);
    expect(plain.length).toBeLessThan(all.body.length / 100);
    expect(plain.includes('people')).toBe(true);
    expect(plain.includes('orders')).toBe(false);
    const twice = await download(`?namespaces=${database}.people&namespaces=${database}.orders`);
    expect(twice.body.length).toBe(all.body.length);
  });

  /** Over a real socket, which `inject` has not. */
  async function overSocket(use: (answer: Response) => Promise<void>): Promise<void> {
    const server = createServer((request, answer) =>
      service.app.getHttpAdapter().getInstance().routing(request, answer),
    );
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as { port: number };
    try {
      const headers = { authorization: `Bearer ${service.admin}` };
      await use(await fetch(`http://127.0.0.1:${port}/api/v1/backups/${id}/export`, { headers }));
    } finally {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    }
  }

  it('breaks off when the client leaves, and the service goes on', async () => {
    await overSocket(async (answer) => {
      const reader = answer.body!.getReader();
      expect((await reader.read()).value!.length).toBeGreaterThan(0);
      await reader.cancel();
    });
    await eventually('the end of the export that was left', async () => (await download()).status === 200);
  });

  it('that meets a damaged chunk is seen to be cut off', async () => {
    const chunks = join(service.folder, 'repository', 'chunks');
    const files = (await readdir(chunks, { recursive: true, withFileTypes: true })).filter((one) => one.isFile());
    const saved = new Map<string, Buffer>();
    for (const { parentPath, name } of files) {
      const path = join(parentPath, name);
      const bytes = await readFile(path);
      saved.set(path, Buffer.from(bytes));
      bytes[100] = (bytes[100] ?? 0) ^ 1;
      await writeFile(path, bytes);
    }
    try {
      await overSocket(async (answer) => {
        expect(answer.status).toBe(200); // the prelude was sent before the chunk was read
        await expect(answer.arrayBuffer()).rejects.toThrow();
      });
    } finally {
      for (const [path, bytes] of saved) await writeFile(path, bytes);
    }
    await eventually('the end of the export that broke off', async () => (await download()).status === 200);
  });

  it('is not removed while it is read, nor read twice at once', async () => {
    const leases = service.app.get<LeaseStore>(TOKENS.LEASES);
    const lease = await leases.acquire(`backup:${id}`, 'somebody');
    const refused = await service.call('GET', `/api/v1/backups/${id}/export`, { key: service.admin });
    expect(refused.json).toMatchObject({ status: 409, code: 'LEASE_HELD' });
    await lease.release();
    expect((await download()).status).toBe(200);
    await (await leases.acquire(`backup:${id}`, 'somebody')).release();
  });

  it('refuses what it does not know, and callers below backup-admin', async () => {
    const get = (path: string, key?: string) => service.call('GET', path, { ...(key && { key }) });
    const path = `/api/v1/backups/${id}/export`;
    expect((await get(path)).status).toBe(401);
    expect((await get(path, await service.key('operator'))).json).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    const { admin } = service;
    const unknown = await get('/api/v1/backups/bkp_0000000000000000/export', admin);
    expect(unknown.json).toMatchObject({ status: 404, code: 'BACKUP_NOT_FOUND' });
    expect((await get(`${path}?namespaces=nobody.knows`, admin)).json).toMatchObject({ code: 'BACKUP_SCOPE_EMPTY' });
    for (const query of ['gzip=perhaps', 'namespaces=a', 'names=a.b', 'namespaces[$ne]=a.b']) {
      expect((await get(`${path}?${query}`, admin)).json).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
    }
  });
});
