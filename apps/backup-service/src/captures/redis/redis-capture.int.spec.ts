import { randomBytes } from 'node:crypto';
import { chmod, readFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { runProgram } from '@lucid/clients/process/run-program';
import { AppError } from '@lucid/core/app-error';
import { eventually } from '@lucid/testing/eventually';
import { Redis } from 'ioredis';
import { freePorts } from '../../../../../scripts/engines/free-ports.ts';
import { type OwnRedis, startOwnRedis } from '../../../../../tests/setup/own-redis.ts';
import { RedisCapture } from './redis-capture.ts';
import { type Backups, backUp, bringBack, captureContext, imageOf, openBackups } from './redis.fixture.ts';

let source: OwnRedis;
let target: OwnRedis;
let backups: Backups;

beforeAll(async () => {
  [source, target, backups] = await Promise.all([startOwnRedis([], 'secret'), startOwnRedis(), openBackups()]);
  const pipeline = source.client.pipeline();
  for (let n = 0; n < 5_000; n += 1) pipeline.set(`key:${n}`, randomBytes(200));
  await pipeline.exec();
  await source.client.call('FUNCTION', 'LOAD', '#!lua name=lib\nredis.register_function("f", function() return 2 end)');
});
afterAll(async () => {
  await Promise.all([source, target].map((one) => one.stop()));
  await backups.close();
});

type Spoil = (chunk: Buffer, sent: number, client: Socket) => Buffer | undefined;

/** A network in front of a server that `spoil`s what the server sends. */
async function network({ uri, port }: OwnRedis, spoil: Spoil) {
  const sockets = new Set<Socket>();
  const server: Server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    let sent = 0;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => [client, upstream].forEach((one) => one.destroy()));
    }
    client.pipe(upstream);
    upstream.on('data', (chunk) => {
      const passed = spoil(chunk, sent, client);
      sent += chunk.length;
      // Otherwise the server would end the session, and so the connection.
      if (!passed) upstream.pause();
      else if (!client.destroyed) client.write(passed);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  return { uri: uri.replace(`:${port}`, `:${(server.address() as AddressInfo).port}`), close };
}

/** What a capture through such a network ends with; nothing may have been committed. */
async function failureThrough(
  spoil: Spoil,
  options: { server?: OwnRedis; idleTimeoutMs?: number; signal?: AbortSignal } = {},
): Promise<unknown> {
  const net = await network(options.server ?? source, spoil);
  const id = `bkp_failed_${randomBytes(4).toString('hex')}`;
  const writer = await backups.repository.beginSnapshot({ id, fencingToken: 1, assertHeld: () => Promise.resolve() });
  try {
    const { idleTimeoutMs, signal } = options;
    const capture = new RedisCapture({ uri: net.uri, ...(idleTimeoutMs && { idleTimeoutMs }) });
    await capture.capture({}, writer, captureContext(signal));
    return undefined;
  } catch (error) {
    return error;
  } finally {
    await writer.abort();
    await net.close();
  }
}

const HALF = 500_000;

describe('capturing Redis by replication', () => {
  it.each([
    ['diskless, with an end mark', 'yes'],
    ['from a file, with a length', 'no'],
  ])('takes the RDB %s', async (_name, diskless) => {
    await source.client.config('SET', 'repl-diskless-sync', diskless);
    const backup = await backUp(backups, source.uri);
    expect(backup.outcome).toMatchObject({ documents: 5_000, warnings: [] });
    const image = await imageOf(source.client);
    await bringBack(backup, target.uri);
    expect(await imageOf(target.client)).toEqual(image);
    await source.client.config('SET', 'repl-diskless-sync', 'yes');
  });

  it('says when it forked, and what offset it had', async () => {
    const before = new Date();
    const { outcome, manifest } = await backUp(backups, source.uri);
    expect(outcome.consistentAt.getTime()).toBeGreaterThanOrEqual(before.getTime() - 1_000);
    expect(outcome.consistentAt.getTime()).toBeLessThanOrEqual(Date.now());
    const info = await source.client.info('replication');
    expect(info).toContain(`master_replid:${manifest.parts[0]?.replicationId}`);
    expect(manifest.parts[0]?.offset).toBeLessThanOrEqual(Number(/master_repl_offset:(\d+)/.exec(info)?.[1]));
  });

  it('is no replica any more afterwards', async () => {
    await backUp(backups, source.uri);
    const isAlone = async () => (await source.client.info('replication')).includes('connected_slaves:0');
    expect(await eventually('the end of the replication', isAlone)).toBe(true);
  });

  it('never takes half an RDB', async () => {
    const cut = await failureThrough((chunk, sent, client) => {
      if (sent + chunk.length < HALF) return chunk;
      client.end(chunk.subarray(0, HALF - sent));
      return undefined;
    });
    expect(cut).toMatchObject({ code: 'REDIS_UNAVAILABLE', retryable: true });
  });

  it('never takes a damaged one', async () => {
    let isFlipped = false;
    const flipped = await failureThrough((chunk, sent) => {
      // In a name: elsewhere it could be the type of what follows, and the damage another one.
      const at = isFlipped ? -1 : chunk.indexOf('key:', Math.max(0, HALF - sent));
      if (sent + chunk.length < HALF || at < 0) return chunk;
      chunk[at] = (chunk[at] as number) ^ 1;
      isFlipped = true;
      return chunk;
    });
    expect(isFlipped).toBe(true);
    expect(flipped).toMatchObject({ code: 'CAPTURE_RESTARTED', retryable: true });
  });

  it('gives up a server that falls silent, and ends with the reason of an abort', async () => {
    const stall = (chunk: Buffer, sent: number): Buffer | undefined => (sent < HALF ? chunk : undefined);
    expect(await failureThrough(stall, { idleTimeoutMs: 300 })).toMatchObject({ code: 'TIMEOUT' });
    const abort = new AbortController();
    const reason = new AppError('JOB_CANCELLED', 'no more');
    const stallAndAbort = (chunk: Buffer, sent: number): Buffer | undefined => {
      const passed = stall(chunk, sent);
      if (!passed) setImmediate(() => abort.abort(reason));
      return passed;
    };
    expect(await failureThrough(stallAndAbort, { signal: abort.signal })).toBe(reason);
  });

  it('refuses a wrong password, without trying again or showing it', async () => {
    const uri = source.uri.replace('secret', 'guessed');
    const error = await backUp(backups, uri).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'REDIS_UNAVAILABLE', retryable: false });
    expect((error as Error).message).not.toContain('guessed');
  });

  it('names the key of a module value instead of leaving it out', async () => {
    // A type the server has not: no module can be loaded here, so a byte of the stream is made one.
    await target.client.flushall();
    await target.client.set('a-module', 'x');
    const spoil = (chunk: Buffer): Buffer => {
      const at = chunk.indexOf('a-module');
      // Type byte, length byte, key.
      if (at > 1) chunk[at - 2] = 7;
      return chunk;
    };
    // An RDB so small that it comes in one piece.
    const module = await failureThrough(spoil, { server: target });
    expect(module).toMatchObject({ code: 'RDB_UNSUPPORTED' });
    expect(String(module)).toContain('a-module');
  });

  it('is consistent while others write: pairs that change together agree', async () => {
    const writers = [1, 2].map(() => new Redis(source.uri));
    let isWriting = true;
    const writing = writers.map(async (writer, number) => {
      for (let n = 1; isWriting; n += 1) {
        // The two keys lie far apart in the RDB: a copy made key by key would see different counts.
        await writer.multi().set(`pair:${number}:a`, n).set(`zz:pair:${number}:b`, n).exec();
      }
    });
    try {
      for (let round = 1; round <= 3; round += 1) {
        await eventually('both to have written', async () => {
          const counts = await source.client.mget('pair:0:a', 'pair:1:a');
          return counts.every((count) => Number(count) > 10 * round);
        });
        await bringBack(await backUp(backups, source.uri), target.uri, { keys: ['*pair:*'] });
        for (const number of [0, 1]) {
          const [a, b] = await target.client.mget(`pair:${number}:a`, `zz:pair:${number}:b`);
          expect(Number(a)).toBeGreaterThan(0);
          expect(a).toBe(b);
        }
      }
    } finally {
      isWriting = false;
      await Promise.all(writing);
      for (const writer of writers) writer.disconnect();
      await source.client.del('pair:0:a', 'pair:1:a', 'zz:pair:0:b', 'zz:pair:1:b');
    }
  });
});

describe('capturing a Redis that does not replicate', () => {
  it('reads key by key, and says that this is not one instant', async () => {
    await source.client.call('ACL', 'SETUSER', 'reader', 'on', '>pass', '~*', '&*', '+@all', '-psync', '-sync');
    await source.client.hset('expiring', 'a', 'b');
    await source.client.pexpire('expiring', 5_000_000);
    await source.client.select(7);
    await source.client.set('seven', '7');
    await source.client.select(0);
    const image = await imageOf(source.client);
    const backup = await backUp(backups, source.uri.replace(':secret', 'reader:pass'));
    expect(backup.manifest).toMatchObject({ isOneInstant: false, parts: [{ method: 'scan', offset: null }] });
    expect(backup.outcome.warnings).toEqual([
      'Redis: keys were read one by one, so they are not of one instant: the Redis user may not replicate',
    ]);
    await target.client.flushall();
    const { plan } = await bringBack(backup, target.uri);
    expect(plan.warnings).toHaveLength(1);
    expect(await imageOf(target.client)).toEqual(image);
    expect(await target.client.call('FCALL', 'f', 0)).toBe(2);
  });
});

describe('capturing Redis over TLS', () => {
  it('replicates and restores', async () => {
    const folder = source.folder;
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost'];
    const make = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
    await runProgram('openssl', [...make, '-keyout', key, '-out', cert, ...subject]);
    await chmod(key, 0o644);
    const files = ['--tls-cert-file', cert, '--tls-key-file', key, '--tls-ca-cert-file', cert];
    const secure = await startOwnRedis([...files, '--tls-auth-clients', 'no']);
    try {
      const [port = 0] = await freePorts(1);
      await secure.client.config('SET', 'tls-port', port);
      await secure.client.set('a', 'x'.repeat(3_000_000));
      const tls = { ca: await readFile(cert, 'utf8') };
      const uri = `rediss://127.0.0.1:${port}`;
      const backup = await backUp(backups, uri, captureContext(), tls);
      await secure.client.flushall();
      await bringBack(backup, uri, undefined, undefined, tls);
      expect(await secure.client.strlen('a')).toBe(3_000_000);
      await expect(backUp(backups, uri)).rejects.toMatchObject({ code: 'REDIS_UNAVAILABLE' });
    } finally {
      await secure.stop();
    }
  });
});
