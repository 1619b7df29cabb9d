import { readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadLucidData } from '@lucid/testing/lucid-data';
import {
  collectionNames,
  endOf,
  hashesOf,
  listBackups,
  objectsOf,
  repositoryFolder,
  runBackup,
  runRestore,
  succeeded,
  type Backup,
  type Job,
} from './backup-jobs.ts';
import { startSuite, type Suite } from './suite.ts';

describe('a damaged repository', () => {
  let suite: Suite;
  let database: string;
  let target: string;
  let backup: Backup;
  let chunk: string;
  let manifest: string;

  async function verify(level: string): Promise<Job> {
    const rest = suite.rest('backup-service');
    const { id } = await rest.post<Job>(`/api/v1/backups/${backup.id}/verify`, { level });
    return endOf(suite.api, id);
  }

  /** A restore and a verification both fail with this code, and the target is as empty as before. */
  async function expectRefused(code: string, level: string): Promise<void> {
    const restore = await runRestore(suite, backup.id, { targetDatabase: target });
    expect([restore.state, restore.error?.code]).toEqual(['failed', code]);
    expect(restore.error?.detail).not.toContain(suite.folder);
    expect(await collectionNames(suite.mongo, target)).toEqual([]);
    const verification = await verify(level);
    expect([verification.state, verification.error?.code]).toEqual(['failed', code]);
    // Damage is no reason to forget a backup: another copy of it may mend it.
    expect((await listBackups(suite)).map(({ id }) => id)).toEqual([backup.id]);
  }

  beforeAll(async () => {
    suite = await startSuite(['storage-api', 'backup-service']);
    database = `${suite.database}_data`;
    target = `${suite.database}_copy`;
    await loadLucidData(suite.mongo, database, { sizeBytes: 12e6 });
    backup = await runBackup(suite, { database });
    const chunks = (await objectsOf(join(repositoryFolder(suite), 'chunks'))).sort();
    expect(chunks.length).toBeGreaterThan(3);
    chunk = chunks[Math.floor(chunks.length / 2)]!;
    const [found] = (await objectsOf(join(repositoryFolder(suite), 'snapshots', backup.id))).filter((path) =>
      path.includes('/manifest-'),
    );
    manifest = found!;
  });

  afterAll(() => suite.stop());

  afterEach(async () => {
    await suite.mongo.db(target).dropDatabase();
  });

  it.each([
    ['in its header', 0],
    ['in its middle', 0.5],
    ['in its last byte', 1],
  ])('one flipped bit of a chunk, %s: CHUNK_CORRUPT, and nothing is restored', async (_where, part) => {
    const good = await readFile(chunk);
    const bad = Buffer.from(good);
    const at = Math.round((bad.length - 1) * part);
    bad[at] = bad[at]! ^ 0x10;
    await writeFile(chunk, bad);
    try {
      await expectRefused('CHUNK_CORRUPT', 'ciphertext');
    } finally {
      await writeFile(chunk, good);
    }
  });

  it('a missing chunk: CHUNK_MISSING, and nothing is restored', async () => {
    await rename(chunk, `${suite.folder}/away`);
    try {
      await expectRefused('CHUNK_MISSING', 'manifest');
    } finally {
      await rename(`${suite.folder}/away`, chunk);
    }
  });

  it('a truncated manifest: MANIFEST_CORRUPT, and nothing is restored', async () => {
    const good = await readFile(manifest);
    await truncate(manifest, good.length - 7);
    try {
      await expectRefused('MANIFEST_CORRUPT', 'manifest');
    } finally {
      await writeFile(manifest, good);
    }
  });

  it('a missing manifest, and a damaged COMMIT: MANIFEST_CORRUPT, and nothing is restored', async () => {
    const commit = join(repositoryFolder(suite), 'snapshots', backup.id, 'COMMIT');
    for (const path of [manifest, commit]) {
      const good = await readFile(path);
      if (path === commit) await truncate(path, good.length - 1);
      else await rm(path);
      try {
        await expectRefused('MANIFEST_CORRUPT', 'plaintext');
      } finally {
        await writeFile(path, good);
      }
    }
  });

  it('with its bytes back, the same backup verifies and restores', async () => {
    succeeded(await verify('plaintext'));
    succeeded(await runRestore(suite, backup.id, { targetDatabase: target }));
    expect(await hashesOf(suite.mongo, target)).toEqual(await hashesOf(suite.mongo, database));
  });
});
