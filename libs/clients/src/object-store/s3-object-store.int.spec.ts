import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startS3Server, type S3Server } from '../../../../scripts/engines/s3-server.ts';
import { runProgram } from '../process/run-program.ts';
import { describeObjectStore } from './object-store.conformance.ts';
import { RetryingObjectStore } from './retrying-object-store.ts';
import type { S3Location } from './s3-client.ts';
import { S3ObjectStore } from './s3-object-store.ts';

let server: S3Server;
let location: S3Location;
const opened: S3ObjectStore[] = [];

beforeAll(async () => {
  server = await startS3Server();
});
beforeEach(async () => {
  const bucket = `bucket-${randomBytes(4).toString('hex')}`;
  await server.createBucket(bucket);
  const { endpoint, region, accessKey, secretKey } = server;
  location = { endpoint, bucket, region, accessKey, secretKey, prefix: 'lucid/cluster-1' };
});
afterEach(() => {
  for (const store of opened.splice(0)) store.close();
});
afterAll(() => server?.stop());

async function open(changes: Partial<S3Location> = {}): Promise<S3ObjectStore> {
  const store = await S3ObjectStore.open({ ...location, ...changes });
  opened.push(store);
  return store;
}

describeObjectStore('S3ObjectStore', () => open());
describeObjectStore('RetryingObjectStore over S3', async () => new RetryingObjectStore(await open()));

async function keysOf(keys: AsyncIterable<string>): Promise<string[]> {
  const found: string[] = [];
  for await (const key of keys) found.push(key);
  return found;
}

describe('S3ObjectStore', () => {
  it('stores below its prefix and sees nothing outside it', async () => {
    const [mine, other] = [await open(), await open({ prefix: '/lucid/cluster-2/' })];
    await mine.putIfAbsent('config', Buffer.from('mine'));
    await other.putIfAbsent('config', Buffer.from('other'));
    expect(await keysOf(mine.list(''))).toEqual(['config']);
    expect(await readdir(join(server.folder, location.bucket, 'lucid'))).toEqual(['cluster-1', 'cluster-2']);
    expect(String(await (await open({ prefix: undefined })).get('lucid/cluster-2/config'))).toBe('other');
  });

  it('lists more than a page in order, and from any key on', async () => {
    const store = await open();
    const names = Array.from({ length: 1_203 }, (_, i) => `many/${String(i).padStart(5, '0')}`);
    for (let i = 0; i < names.length; i += 200) {
      await Promise.all(names.slice(i, i + 200).map((name) => store.putIfAbsent(name, Buffer.from('x'))));
    }
    expect(await keysOf(store.list('many/'))).toEqual(names);
    expect(await keysOf(store.listAfter('many/', names[1_100]))).toEqual(names.slice(1_101));
  });

  it('writes bytes of shared memory, and gives back memory of its own', async () => {
    const store = await open();
    const shared = Buffer.from(new SharedArrayBuffer(3_000_000));
    randomBytes(3_000_000).copy(shared);
    await store.putIfAbsent('shared', shared);
    const back = await store.get('shared');
    expect(back?.equals(shared)).toBe(true);
    expect(back?.buffer.byteLength).toBe(3_000_000);
  });

  const wrong: [string, Partial<S3Location>, string][] = [
    ['secret', { secretKey: 'not-the-secret-key' }, 'PERMISSION_DENIED'],
    ['access key', { accessKey: 'nobody' }, 'PERMISSION_DENIED'],
    ['region', { region: 'mars-1' }, 'PERMISSION_DENIED'],
    ['bucket', { bucket: 'there-is-no-such-bucket' }, 'CONFIG_INVALID'],
    ['port', { endpoint: 'http://127.0.0.1:9' }, 'OBJECT_STORE_UNAVAILABLE'],
    ['host', { endpoint: 'http://nowhere.invalid' }, 'OBJECT_STORE_UNAVAILABLE'],
    ['address', { endpoint: 'nowhere' }, 'CONFIG_INVALID'],
    ['prefix', { prefix: '../up' }, 'CONFIG_INVALID'],
  ];
  it.each(wrong)('says that the %s is wrong, and nothing that must not be told', async (_, changes, code) => {
    const failed = await open(changes).then(
      () => undefined,
      (error: unknown) => error as Error,
    );
    expect(failed).toMatchObject({ code });
    const { accessKey, secretKey } = { ...location, ...changes };
    const told = JSON.stringify([
      failed?.message,
      failed?.stack,
      failed?.cause,
      String((failed?.cause as Error)?.stack),
    ]);
    for (const secret of [accessKey, secretKey, '127.0.0.1', 'nowhere.invalid']) expect(told).not.toContain(secret);
  });

  it('takes neither a missing bucket nor a missing server for a missing object', async () => {
    const store = await open();
    await store.putIfAbsent('config', Buffer.from('x'));
    await server.halt();
    await expect(store.stat('config')).rejects.toMatchObject({ code: 'OBJECT_STORE_UNAVAILABLE', retryable: true });
    await server.resume();
    expect(await store.stat('config')).toEqual({ key: 'config', sizeBytes: 1 });
    await rm(join(server.folder, location.bucket), { recursive: true });
    await expect(store.stat('config')).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    await expect(store.get('config')).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  it('ends a call when its signal is aborted, with the reason', async () => {
    const store = await open();
    const reason = new Error('cancelled');
    await expect(store.get('a', undefined, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const ending = new AbortController();
    const put = store.putIfAbsent('big', Buffer.alloc(20_000_000), { signal: ending.signal });
    ending.abort(reason);
    await expect(put).rejects.toBe(reason);
  });

  it('answers nothing once it is closed', async () => {
    const store = await open();
    store.close();
    store.close();
    await expect(store.get('a')).rejects.toMatchObject({ code: 'OBJECT_STORE_UNAVAILABLE', retryable: false });
  });
});

describe('S3ObjectStore over TLS', () => {
  let folder: string;
  let secure: S3Server;
  let ca: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lucid-s3-tls-'));
    const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'];
    await runProgram('openssl', [
      ...request,
      ...['-addext', 'subjectAltName=DNS:localhost', '-keyout', keyFile, '-out', certFile],
    ]);
    ca = await readFile(certFile, 'utf8');
    secure = await startS3Server({ certificate: { certFile, keyFile } });
    await secure.createBucket('bucket');
  });
  afterAll(async () => {
    await secure?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const openSecure = async (changes: Partial<S3Location>): Promise<S3ObjectStore> => {
    const { endpoint, region, accessKey, secretKey } = secure;
    return open({ endpoint, region, accessKey, secretKey, bucket: 'bucket', ...changes });
  };

  it('trusts the CA it is told, and no other', async () => {
    const store = await openSecure({ ca });
    await store.putIfAbsent('key', Buffer.from('value'));
    expect(String(await store.get('key'))).toBe('value');
    const distrusted = { code: 'CONFIG_INVALID', message: expect.stringContaining('certificate') };
    await expect(openSecure({})).rejects.toMatchObject(distrusted);
    const otherName = secure.endpoint.replace('localhost', '127.0.0.1');
    await expect(openSecure({ ca, endpoint: otherName })).rejects.toMatchObject(distrusted);
  });

  it('says nothing in clear text to a server that expects TLS', async () => {
    const endpoint = secure.endpoint.replace('https', 'http');
    await expect(openSecure({ endpoint })).rejects.toMatchObject({ name: 'AppError' });
  });
});
