import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { RetryingObjectStore } from '@lucid/clients/object-store/retrying-object-store';
import { S3ObjectStore } from '@lucid/clients/object-store/s3-object-store';
import { runProgram } from '@lucid/clients/process/run-program';
import { startS3Server, type S3Server } from '../../scripts/engines/s3-server.ts';

describe('the disk of an S3 server is full', () => {
  let s3: S3Server;
  let disk: string;

  beforeAll(async () => {
    s3 = await startS3Server();
    disk = join(s3.folder, 'small');
    await mkdir(disk);
    await runProgram('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', disk]);
  });
  afterAll(async () => {
    if (disk) await runProgram('umount', ['-l', disk]);
    await s3?.stop();
  });

  it('is STORAGE_FULL at once, leaves nothing half-written, and goes on once there is room', async () => {
    const bucket = await S3ObjectStore.open({ ...s3, bucket: 'small' });
    const store = new RetryingObjectStore(bucket);
    const bytes = randomBytes(1_000_000);
    let stored = 0;
    let refused: unknown;
    while (refused === undefined && stored < 10) {
      await store.putIfAbsent(`key-${stored}`, bytes).then(
        () => (stored += 1),
        (error: unknown) => (refused = error),
      );
    }
    expect(refused).toMatchObject({ code: 'STORAGE_FULL' });
    expect(stored).toBeGreaterThan(0);
    expect(await store.get(`key-${stored}`)).toBeUndefined();
    await store.remove('key-0');
    expect(await store.putIfAbsent(`key-${stored}`, bytes)).toBe(true);
    expect((await store.get(`key-${stored}`))?.equals(bytes)).toBe(true);
    bucket.close();
  });
});
