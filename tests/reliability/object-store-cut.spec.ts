import { randomBytes } from 'node:crypto';
import { FaultProxy } from '@lucid/testing/fault-proxy';
import { eventually } from '@lucid/testing/eventually';
import {
  startBackupService,
  type BackupTestService,
  type EndedJob,
} from '../../apps/backup-service/test/interchange-service.ts';
import { startS3Server, type S3Server } from '../../scripts/engines/s3-server.ts';
import { hashesOf } from '../system/backup-jobs.ts';

const IS_QUICK = process.env['LUCID_TEST_QUICK'] === '1';
const CUT_MS = IS_QUICK ? 8_000 : 40_000;
const DOCUMENTS = 60_000;
const KINDS = IS_QUICK ? (['silent'] as const) : (['refused', 'silent'] as const);

describe(`the network to the object store is gone for ${CUT_MS / 1_000} s`, () => {
  let s3: S3Server;
  let proxy: FaultProxy;
  let service: BackupTestService;

  beforeAll(async () => {
    s3 = await startS3Server();
    await s3.createBucket('backups');
    proxy = await FaultProxy.start(s3.port);
    service = await startBackupService({
      BACKUP_S3_ENDPOINT: `http://127.0.0.1:${proxy.port}`,
      BACKUP_S3_BUCKET: 'backups',
      BACKUP_S3_REGION: s3.region,
      BACKUP_S3_ACCESS_KEY: s3.accessKey,
      BACKUP_S3_SECRET_KEY: s3.secretKey,
      BACKUP_S3_BANDWIDTH_LIMIT: '6MB',
      BACKUP_PITR_ENABLED: 'false',
      BACKUP_SCHEDULE: 'off',
    });
  });
  afterAll(async () => {
    await service?.close();
    await proxy?.close();
    await s3?.stop();
  });

  /** Documents that neither compress nor repeat. */
  async function fill(): Promise<string> {
    const database = service.database.sibling('shop');
    const orders = service.database.client.db(database).collection('orders');
    for (let n = 0; n < DOCUMENTS; n += 5_000) {
      await orders.insertMany(Array.from({ length: 5_000 }, (_, i) => ({ n: n + i, pad: randomBytes(400) })));
    }
    return database;
  }

  async function passing(bytes: number): Promise<void> {
    const before = proxy.passedBytes;
    await eventually('bytes that pass', () => proxy.passedBytes - before > bytes, { timeoutMs: 60_000 });
  }

  /** Takes the network away while `job` moves data, and gives it back. */
  async function without(job: Promise<EndedJob>, kind: 'refused' | 'silent'): Promise<Record<string, unknown>> {
    await passing(4_000_000);
    if (kind === 'refused') await proxy.cut();
    else proxy.hang();
    await new Promise((done) => setTimeout(done, CUT_MS));
    await proxy.heal();
    const ended = await job;
    expect(ended).toMatchObject({ state: 'succeeded', error: null });
    return ended.result ?? {};
  }

  it.each(KINDS)('a backup and a restore sit it out (%s), and nothing is lost', async (kind) => {
    const database = await fill();
    const { backupId } = await without(service.run('/backup', { database, repository: 's3' }), kind);
    const check = await service.run('/api/v1/repositories/s3/check', { level: 'plaintext' });
    expect(check).toMatchObject({ state: 'succeeded', result: { damagedBackups: 0 } });
    const target = service.database.sibling('copy');
    await without(service.restore(String(backupId), target), kind);
    const { client } = service.database;
    expect(await hashesOf(client, target)).toEqual(await hashesOf(client, database));
  });
});
