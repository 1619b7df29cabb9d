import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadLucidData } from '@lucid/testing/lucid-data';
import { repositoryPath } from '../../scripts/engines/repository-path.ts';
import { hashesOf, runBackup, runRestore, succeeded, type Backup } from './backup-jobs.ts';
import { startSuite, type Suite } from './suite.ts';

const SIZE_BYTES = 200e6;
const MIB = 1024 * 1024;
/** Above what the service holds idle, and in all. */
const GROWTH_LIMIT_MIB = 230;
const PEAK_LIMIT_MIB = 400;

/** A figure of a process and all its threads, in MiB. https://man7.org/linux/man-pages/man5/proc_pid_status.5.html */
async function memoryOf(pid: number, figure: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const kib = new RegExp(`^${figure}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1];
  if (kib === undefined) throw new Error(`process ${pid} shows no ${figure}`);
  return Math.round((Number(kib) * 1024) / MIB);
}

describe('a backup of 200 MB', () => {
  const figures: Record<string, number> = {};
  let suite: Suite;
  let database: string;
  let first: Backup;
  let idle: number;

  const memory = (figure: 'VmRSS' | 'VmHWM'): Promise<number> =>
    memoryOf(suite.process('backup-service').daemon.pid, figure);

  beforeAll(async () => {
    // What a backup needs: following the oplog of the load, which the service does beside it, has slices of 16 MiB in hand.
    suite = await startSuite(['storage-api', 'backup-service'], { BACKUP_PITR_ENABLED: 'false' });
    database = `${suite.database}_data`;
    await loadLucidData(suite.mongo, database, { sizeBytes: SIZE_BYTES });
    idle = await memory('VmRSS');
  });

  afterAll(async () => {
    await suite.stop();
    const folder = repositoryPath('.lucid', 'figures');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'backup-at-size.json'), `${JSON.stringify(figures, null, 2)}\n`);
  });

  it('takes no more memory than it may', async () => {
    first = await runBackup(suite, { database });
    const peak = await memory('VmHWM');
    Object.assign(figures, { idleMiB: idle, backupPeakMiB: peak, plainBytes: first.plainBytes });
    expect(first.plainBytes).toBeGreaterThanOrEqual(SIZE_BYTES);
    expect(peak - idle).toBeLessThanOrEqual(GROWTH_LIMIT_MIB);
    expect(peak).toBeLessThanOrEqual(PEAK_LIMIT_MIB);
  });

  it('stores under two per cent when nothing has changed', async () => {
    const second = await runBackup(suite, { database });
    const share = second.storedBytes / first.storedBytes;
    Object.assign(figures, { firstStoredBytes: first.storedBytes, secondStoredBytes: second.storedBytes, share });
    expect(first.storedBytes).toBeGreaterThan(SIZE_BYTES / 20);
    expect(share).toBeLessThan(0.02);
    expect(second).toMatchObject({ newChunks: 0, documents: first.documents, plainBytes: first.plainBytes });
  });

  it('comes back beside the original, equal in every byte', async () => {
    const target = `${suite.database}_copy`;
    const restore = succeeded(await runRestore(suite, first.id, { targetDatabase: target }));
    figures['restorePeakMiB'] = await memory('VmHWM');
    expect(restore.result?.['documents']).toBe(first.documents);
    const hashes = await hashesOf(suite.mongo, database);
    expect(Object.keys(hashes)).toEqual(['blocks', 'sessions', 'transactions']);
    expect(await hashesOf(suite.mongo, target)).toEqual(hashes);
  });
});
