import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '@lucid/clients/process/run-program';
import { differencesOf, readImage } from '@lucid/testing/mongodb-oracle';
import { mongoTools } from '../../../scripts/engines/mongo-tools.ts';
import { type BackupTestService, startBackupService } from './interchange-service.ts';

describe('/api/v1/imports', () => {
  let service: BackupTestService;
  let database: string;
  let archive: Buffer;

  async function mongodump(...options: string[]): Promise<void> {
    const { mongodump: program } = await mongoTools(() => undefined);
    await runProgram(program, ['--uri', service.database.uri, '--db', database, ...options], { timeoutMs: 120_000 });
  }

  beforeAll(async () => {
    service = await startBackupService();
    database = service.database.sibling('shop');
    const db = service.database.client.db(database);
    await db.collection('orders').insertMany(Array.from({ length: 3000 }, (_, n) => ({ n, pad: 'x'.repeat(300) })));
    await db.collection('orders').createIndex({ n: -1 });
    await mkdir(service.importPath);
    await mongodump('--gzip', `--archive=${join(service.folder, 'dump')}`);
    archive = await readFile(join(service.folder, 'dump'));
    await mongodump(`--out=${join(service.importPath, 'nightly')}`);
  });
  afterAll(() => service.close());

  async function upload(name: string, payload: Buffer, headers: Record<string, string> = {}) {
    const answer = await service.app.inject({
      method: 'PUT',
      url: `/api/v1/imports/${name}`,
      headers: {
        authorization: `Bearer ${service.admin}`,
        'content-type': 'application/octet-stream',
        ...headers,
      },
      payload,
    });
    return { status: answer.statusCode, json: answer.json() as Record<string, unknown> };
  }

  async function expectRestorable(backupId: string): Promise<void> {
    const target = service.database.sibling('copy');
    expect(await service.restore(backupId, target)).toMatchObject({ state: 'succeeded' });
    const before = await readImage(service.database.uri, database, 'orders');
    const after = await readImage(service.database.uri, target, 'orders');
    expect([differencesOf(before, after), after.size]).toEqual([[], 3000]);
    const indexes = await service.database.client.db(target).collection('orders').listIndexes().toArray();
    expect(indexes.map(({ name }) => name).sort()).toEqual(['_id_', 'n_-1']);
  }

  it('PUT stores an archive, POST makes a backup of it, which is restored byte by byte', async () => {
    const stored = await upload('shop.archive.gz', archive);
    expect(stored).toMatchObject({
      status: 201,
      json: { name: 'shop.archive.gz', kind: 'file', sizeBytes: archive.length },
    });
    const job = await service.run('/api/v1/imports', { path: 'shop.archive.gz', label: 'from elsewhere' });
    expect(job).toMatchObject({ state: 'succeeded', result: { format: 'archive', documents: 3000, collections: 1 } });
    const { json } = await service.call('GET', '/backups', { key: service.admin });
    const found = (json as unknown as { items: Record<string, unknown>[] }).items.find(
      ({ id }) => id === job.result?.['backupId'],
    );
    expect(found).toMatchObject({
      label: 'from elsewhere',
      importedFrom: 'archive shop.archive.gz',
      namespaces: [`${database}.orders`],
    });
    await expectRestorable(String(found?.['id']));
  });

  it('POST takes a folder of mongodump', async () => {
    const job = await service.run('/api/v1/imports', { path: 'nightly' });
    expect(job).toMatchObject({ state: 'succeeded', result: { format: 'folder', documents: 3000 } });
    await expectRestorable(String(job.result?.['backupId']));
  });

  it('GET lists what can be imported, page by page', async () => {
    await upload('b.archive', archive);
    const first = await service.call('GET', '/api/v1/imports?limit=1', { key: service.admin });
    expect(first.json).toMatchObject({ items: [{ name: 'b.archive' }], page: { limit: 1 } });
    const cursor = (first.json as { page: { nextCursor: string } }).page.nextCursor;
    const rest = await service.call('GET', `/api/v1/imports?cursor=${cursor}`, { key: service.admin });
    const names = (rest.json as unknown as { items: { name: string; kind: string }[] }).items.map((one) => one.name);
    expect(names).toContain('nightly');
    expect(names).not.toContain('b.archive');
  });

  it('leads nowhere but into the folder', async () => {
    await writeFile(join(service.folder, 'outside'), archive);
    await symlink(join(service.folder, 'outside'), join(service.importPath, 'link'));
    const post = (body: object) => service.call('POST', '/api/v1/imports', { key: service.admin, body });
    for (const path of ['../outside', '/etc/passwd', 'a/../../outside', 'link', '.', 'a//b', '', 'a\\b', './nightly']) {
      expect((await post({ path })).json).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
    }
    expect((await post({ path: 'nothing' })).json).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    const elsewhere = await post({ path: 'nightly', repository: 'elsewhere' });
    expect(elsewhere.json).toMatchObject({ status: 404, code: 'REPOSITORY_NOT_FOUND' });
    for (const name of ['..%2Foutside', '.hidden', 'a%00b', 'a%20b']) {
      expect((await upload(name, archive)).status).toBe(400);
    }
  });

  it('keeps nothing of an upload that is no archive, is cut off, or takes a name that is taken', async () => {
    expect(await upload('noise', randomBytes(5000))).toMatchObject({ status: 422, json: { code: 'DUMP_INVALID' } });
    expect(await upload('empty', Buffer.alloc(0))).toMatchObject({ status: 422, json: { code: 'DUMP_INVALID' } });
    await upload('taken.archive', archive);
    expect(await upload('taken.archive', archive)).toMatchObject({ status: 409, json: { code: 'CONFLICT' } });
    expect(await upload('text', archive, { 'content-type': 'text/html' })).toMatchObject({ status: 415 });
    const json = Buffer.from('{"archive":1}');
    expect(await upload('text', json, { 'content-type': 'application/json' })).toMatchObject({ status: 415 });
    const left = await readdir(service.importPath);
    expect(left.filter((name) => name.startsWith('.') || ['noise', 'empty', 'text'].includes(name))).toEqual([]);
    await upload('cut.archive', archive.subarray(0, archive.length - 50));
    const job = await service.run('/api/v1/imports', { path: 'cut.archive' });
    expect(job).toMatchObject({ state: 'failed', error: { code: 'DUMP_INVALID' } });
  });

  it('is for backup-admin alone', async () => {
    const operator = await service.key('operator');
    expect((await service.call('GET', '/api/v1/imports', { key: operator })).status).toBe(403);
    const body = { path: 'nightly' };
    expect((await service.call('POST', '/api/v1/imports', { key: operator, body })).status).toBe(403);
    expect((await service.call('PUT', '/api/v1/imports/x', { key: operator, body })).status).toBe(403);
    expect((await service.call('POST', '/api/v1/imports', { body })).status).toBe(401);
  });
});

describe('/api/v1/imports without a folder', () => {
  it('says what to set', async () => {
    const service = await startBackupService({ BACKUP_IMPORT_PATH: '' });
    try {
      const answer = await service.call('POST', '/api/v1/imports', { key: service.admin, body: { path: 'x' } });
      const detail = expect.stringContaining('BACKUP_IMPORT_PATH') as unknown;
      expect(answer.json).toMatchObject({ status: 409, code: 'IMPORTS_DISABLED', detail });
    } finally {
      await service.close();
    }
  });
});
