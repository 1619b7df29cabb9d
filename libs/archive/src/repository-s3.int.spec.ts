import { randomBytes } from 'node:crypto';
import { RetryingObjectStore } from '@lucid/clients/object-store/retrying-object-store';
import { S3ObjectStore } from '@lucid/clients/object-store/s3-object-store';
import { startS3Server, type S3Server } from '../../../scripts/engines/s3-server.ts';
import { describeRepository } from './repository.conformance.ts';

let server: S3Server;
const opened: S3ObjectStore[] = [];

beforeAll(async () => {
  server = await startS3Server();
});
afterEach(() => {
  for (const store of opened.splice(0)) store.close();
});
afterAll(() => server?.stop());

describeRepository('S3', async () => {
  const bucket = `bucket-${randomBytes(4).toString('hex')}`;
  await server.createBucket(bucket);
  const { endpoint, region, accessKey, secretKey } = server;
  const store = await S3ObjectStore.open({ endpoint, bucket, region, accessKey, secretKey, prefix: 'lucid' });
  opened.push(store);
  return new RetryingObjectStore(store);
});
