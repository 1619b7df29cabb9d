import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Double, Int32 } from 'bson';
import { listDumpFolder } from './dump-folder-files.ts';
import { readDumpMetadata } from './dump-folder-metadata.ts';

describe('listDumpFolder', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dump-files-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function make(...paths: string[]): Promise<void> {
    for (const path of paths) {
      await mkdir(join(folder, path, '..'), { recursive: true });
      await writeFile(join(folder, path), '');
    }
  }

  it('finds collections, views, buckets and escaped names, and skips what is not user data', async () => {
    await make(
      'db/a.bson',
      'db/a.metadata.json',
      'db/b%2Fc.bson.gz',
      'db/b%2Fc.metadata.json.gz',
      'db/view.metadata.json',
    );
    await make('db/system.buckets.m.bson', 'db/m.metadata.json', 'admin/system.users.bson', 'oplog.bson');
    const { collections, skipped } = await listDumpFolder(folder);
    expect(collections.map(({ collection, dataPath }) => [collection, dataPath?.slice(folder.length) ?? null])).toEqual(
      [
        ['a', '/db/a.bson'],
        ['b/c', '/db/b%2Fc.bson.gz'],
        ['m', '/db/system.buckets.m.bson'],
        ['view', null],
      ],
    );
    expect(skipped).toEqual(['admin', 'oplog.bson']);
  });

  it.each([
    'db/..%2F..%2Fetc.bson',
    'db/%2Fetc.bson',
    'db/a%00.bson',
    'db/$x.bson',
    'db/system.users.bson',
    'db/%zz.bson',
    '..%2Fdb/a.bson',
  ])('refuses %s', async (path) => {
    await make(path);
    await expect(listDumpFolder(folder)).rejects.toMatchObject({ code: 'DUMP_INVALID' });
  });

  it('refuses links, a file that is there twice, a missing and an empty folder', async () => {
    const invalid = { code: 'DUMP_INVALID' };
    await expect(listDumpFolder(folder)).rejects.toMatchObject(invalid);
    await expect(listDumpFolder(join(folder, 'nowhere'))).rejects.toMatchObject(invalid);
    await make('db/a.bson', 'db/a.bson.gz');
    await expect(listDumpFolder(folder)).rejects.toMatchObject(invalid);
    await rm(join(folder, 'db/a.bson.gz'));
    await symlink('/etc/passwd', join(folder, 'db/b.bson'));
    await expect(listDumpFolder(folder)).rejects.toMatchObject(invalid);
  });
});

describe('readDumpMetadata', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dump-metadata-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('keeps doubles double and the order of keys, and drops what belongs to the original', async () => {
    const text =
      '{"options":{"size":1.0,"note":"1.0 \\" 2e3","max":7},"indexes":[{"v":2,"key":{"_id":1},"name":"_id_","ns":"d.c"},' +
      '{"v":{"$numberInt":"2"},"unique":true,"key":{"user_id":1.0,"at":-1},"name":"n","ns":"d.c","background":true}],"uuid":"x"}';
    const path = join(folder, 'c.metadata.json.gz');
    await writeFile(path, gzipSync(text));
    const { options, indexes } = await readDumpMetadata(path);
    expect(options).toEqual({ size: new Double(1), note: '1.0 " 2e3', max: new Int32(7) });
    expect(indexes).toEqual([
      { v: new Int32(2), unique: true, key: { user_id: new Double(1), at: new Int32(-1) }, name: 'n' },
    ]);
    expect(Object.keys(indexes[0]?.['key'] as object)).toEqual(['user_id', 'at']);
  });

  it.each(['{', '[]x', '{"indexes": 3}', '"text" "text"'])('refuses %s', async (text) => {
    const path = join(folder, 'bad.metadata.json');
    await writeFile(path, text);
    await expect(readDumpMetadata(path)).rejects.toMatchObject({ code: 'DUMP_INVALID' });
  });
});
