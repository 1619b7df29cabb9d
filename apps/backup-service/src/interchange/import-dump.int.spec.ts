import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Repository } from '@lucid/archive/repository';
import { FileObjectStore } from '@lucid/clients/object-store/file-object-store';
import { runProgram } from '@lucid/clients/process/run-program';
import { systemClock } from '@lucid/core/clock';
import { createTestDatabase, type TestDatabase } from '@lucid/testing/engines';
import type { Document } from 'bson';
import type { Db, MongoClient } from 'mongodb';
import { mongoTools, type MongoTools } from '../../../../scripts/engines/mongo-tools.ts';
import { contextOf } from '../captures/mongodb/restore.fixture.ts';
import { snapshotSource } from '../captures/mongodb/restore-manifest-source.ts';
import { restoreMongodb } from '../captures/mongodb/restore-mongodb.ts';
import { startDisposableMongod } from '../drills/disposable-mongod.ts';
import { openDumpArchive } from './dump-archive-source.ts';
import { openDumpFolder } from './dump-folder-source.ts';
import { exportArchive } from './export-archive.ts';
import { importDump } from './import-dump.ts';
import { expectSameDatabase, fillDatabase, mongodProgram } from './interchange.fixture.ts';

const CONTROL = 'test_none';
const signal = new AbortController().signal;
let folder: string;
let database: TestDatabase;
let client: MongoClient;
let repository: Repository;
let tools: MongoTools;
let db: Db;
let number = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lucid-import-'));
  database = await createTestDatabase('import');
  client = database.client;
  const store = await FileObjectStore.open(join(folder, 'repository'));
  repository = await Repository.create(store, { encryption: 'none', compression: 'zstd', clusterId: 'test' });
  tools = await mongoTools(() => undefined);
  db = client.db(database.sibling('source'));
  await fillDatabase(db);
});

afterAll(async () => {
  await repository?.close();
  await database?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Runs mongodump; answers where it wrote. */
async function mongodump(form: 'archive' | 'folder', ...options: string[]): Promise<string> {
  const path = join(folder, `dump-${(number += 1)}`);
  const to = form === 'archive' ? `--archive=${path}` : `--out=${path}`;
  await runProgram(tools.mongodump, ['--uri', database.uri, '--db', db.databaseName, to, ...options], {
    timeoutMs: 120_000,
  });
  return path;
}

function open(form: 'archive' | 'folder', path: string) {
  return form === 'archive' ? openDumpArchive(path, CONTROL) : openDumpFolder(path, CONTROL);
}

async function imported(form: 'archive' | 'folder', path: string) {
  const id = `bkp_${(number += 1)}`;
  const dump = await open(form, path);
  const writer = await repository.beginSnapshot({ id, fencingToken: 1, assertHeld: () => Promise.resolve() });
  try {
    const result = await importDump(dump, writer, signal);
    await writer.commit({ mongodb: result.manifest });
    return { ...result, reader: await repository.readSnapshot(id) };
  } finally {
    await writer.abort();
    await dump.close();
  }
}

describe('a dump as a backup', () => {
  it.each([
    ['archive', []],
    ['archive', ['--gzip']],
    ['archive', ['--numParallelCollections=8']],
    ['folder', []],
    ['folder', ['--gzip']],
  ] as const)('%s %j: restored beside the original it is the original, byte by byte', async (form, options) => {
    const { manifest, reader, warnings, documents, namespaces } = await imported(
      form,
      await mongodump(form, ...options),
    );
    expect(warnings).toEqual(['the dump has no oplog: its collections may be of different times']);
    expect(documents).toBeGreaterThan(3000);
    expect(namespaces).toContain(`${db.databaseName}.cheap`);
    const target = database.sibling('restored');
    const source = snapshotSource(reader, manifest, []);
    const setting = { client, uri: database.uri, controlDatabase: database.name, mainDatabase: 'test_other' };
    const context = await contextOf(setting, source, { targetDatabase: target }, `rst_${(number += 1)}`);
    try {
      await restoreMongodb(context, 'bkp_test');
    } finally {
      context.writer.close();
    }
    await expectSameDatabase({ db, uri: database.uri }, { db: client.db(target), uri: database.uri });
  });

  it('with an oplog brings back the end of the dump, whatever was written meanwhile', async () => {
    const program = await mongodProgram();
    const options = { program, parent: folder, clock: systemClock, signal };
    const source = await startDisposableMongod(options);
    const target = await startDisposableMongod(options);
    try {
      const shop = source.client.db('shop');
      await fillDatabase(shop);
      await source.client.db('admin').command({ createUser: 'anna', pwd: 'a long secret', roles: ['read'] });
      const path = join(folder, `dump-${(number += 1)}`);
      let isRunning = true;
      const writing = (async () => {
        for (let n = 0; isRunning || n < 200; n += 1) {
          await shop.collection<Document>('orders').insertOne({ _id: `late ${n}`, n: 10_000 + n } as Document);
          await shop.collection<Document>('orders').updateOne({ n }, { $set: { 'list.0': 'changed' } });
          await shop.collection<Document>('orders').deleteOne({ n: n + 1500 });
          if (n === 20) await shop.collection('fresh').insertOne({ n });
        }
      })();
      try {
        await runProgram(tools.mongodump, ['--uri', source.uri, '--oplog', `--archive=${path}`], {
          timeoutMs: 120_000,
        });
      } finally {
        isRunning = false;
        await writing;
      }
      const { manifest, reader, consistentAt } = await imported('archive', path);
      expect(manifest.oplog.entries).toBeGreaterThan(0);
      expect(manifest.catalogueAt).toBe('start');
      expect(manifest.users.map(({ _id }) => _id)).toEqual(['admin.anna']);
      expect(consistentAt?.getTime()).toBe(manifest.tend.t * 1000);
      const setting = { client: target.client, uri: target.uri, controlDatabase: 'control', mainDatabase: 'other' };
      const context = await contextOf(setting, snapshotSource(reader, manifest, ['shop']), {}, 'rst_oplog');
      try {
        await restoreMongodb(context, 'bkp_test');
      } finally {
        context.writer.close();
      }
      // The state at the end of the dump: what mongorestore --oplogReplay makes of it.
      await source.client.db('shop').dropDatabase();
      await runProgram(tools.mongorestore, ['--uri', source.uri, '--oplogReplay', `--archive=${path}`, '--drop']);
      await expectSameDatabase({ db: shop, uri: source.uri }, { db: target.client.db('shop'), uri: target.uri });
      // And exported again it is still that state.
      const again = join(folder, `dump-${(number += 1)}`);
      const exported = exportArchive(snapshotSource(reader, manifest, ['shop']), { serverVersion: '6.0', signal });
      await pipeline(Readable.from(exported, { objectMode: false }), createWriteStream(again));
      await source.client.db('shop').dropDatabase();
      await runProgram(tools.mongorestore, ['--uri', source.uri, '--oplogReplay', `--archive=${again}`]);
      await expectSameDatabase({ db: target.client.db('shop'), uri: target.uri }, { db: shop, uri: source.uri });
      expect(await target.client.db('admin').command({ usersInfo: 'anna' })).toMatchObject({
        users: [{ user: 'anna' }],
      });
    } finally {
      await Promise.all([source.stop(), target.stop()]);
    }
  });

  it('that is cut off or damaged leaves no backup', async () => {
    const bytes = await readFile(await mongodump('archive'));
    const path = join(folder, 'damaged');
    for (const damaged of [bytes.subarray(0, bytes.length - 100), Buffer.from(bytes).fill(7, 50_000, 50_010)]) {
      await writeFile(path, damaged);
      await expect(imported('archive', path)).rejects.toMatchObject({ code: 'DUMP_INVALID' });
    }
    const listed = await repository.listSnapshots();
    expect(listed.map(({ id }) => id)).not.toContain(`bkp_${number}`);
    await writeFile(path, 'no dump at all');
    await expect(open('archive', path)).rejects.toMatchObject({ code: 'DUMP_INVALID' });
    await expect(open('folder', path)).rejects.toMatchObject({ code: 'DUMP_INVALID' });
  });
});
