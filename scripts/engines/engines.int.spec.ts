import { chmod, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Daemon, startDaemon } from '@lucid/clients/process/daemon';
import { processEnvironment } from '@lucid/core/environment';
import { eventually } from '@lucid/testing/eventually';
import { Queue, QueueEvents, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { MongoClient } from 'mongodb';
import { ping } from './ping.ts';
import { processesIn } from './scratch-cleanup.ts';

// Engines of its own, whatever the environment names: this is about how they are started, and how they end.
describe('engines', () => {
  let folder: string;
  let starter: Daemon;
  let env: Record<string, string>;
  let scratch: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lucid-test-'));
    await chmod(folder, 0o755);
    const logFile = join(folder, 'serve.log');
    const inherited = Object.entries(processEnvironment());
    const own = inherited.filter(([name]) => !/^(MONGODB|REDIS|ELASTICSEARCH|LUCID)_|^NODE_OPTIONS$/.test(name));
    const answer = async (): Promise<string | undefined> => /^\{.*\}$/m.exec(await readFile(logFile, 'utf8'))?.[0];
    const main = join(import.meta.dirname, 'main.ts');
    starter = await startDaemon(process.execPath, ['--conditions=lucid-source', main, 'serve'], {
      logFile,
      stdin: 'pipe',
      env: { ...Object.fromEntries(own), TMPDIR: folder, LUCID_ENGINES_DIR: processEnvironment().LUCID_ENGINES_DIR },
      isReady: async () => (await answer()) !== undefined,
      readyTimeoutMs: 20 * 60_000,
    });
    env = JSON.parse((await answer()) ?? '{}');
    const [name = ''] = (await readdir(folder)).filter((one) => one.startsWith('lucid-engines-'));
    scratch = join(folder, name);
  }, 20 * 60_000);

  afterAll(async () => {
    await starter?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('makes a replica set of three members that takes majority writes', async () => {
    const client = await MongoClient.connect(env.MONGODB_URI ?? '');
    try {
      const { set, members } = await client.db('admin').command({ replSetGetStatus: 1 });
      expect(set).toBe('lucid-rs');
      expect(members.map(({ stateStr }: { stateStr: string }) => stateStr).sort()).toEqual([
        'PRIMARY',
        'SECONDARY',
        'SECONDARY',
      ]);
      const writeConcern = { w: 3, j: true };
      const things = client.db('lucid_blockchain').collection('things', { writeConcern });
      expect((await things.insertOne({ height: 1 })).acknowledged).toBe(true);
      expect(await things.findOne({}, { readPreference: 'secondary' })).toMatchObject({ height: 1 });
    } finally {
      await client.close();
    }
  });

  it('lets callers make users, with SCRAM-SHA-256 alone', async () => {
    const client = await MongoClient.connect(env.MONGODB_URI ?? '');
    const uri = (env.MONGODB_URI ?? '').replace(/\/\/[^@]+@/, '//reader:secret@');
    try {
      const user = { createUser: 'reader', pwd: 'secret', roles: [{ role: 'read', db: 'lucid_blockchain' }] };
      await client.db('admin').command(user);
      const reader = await MongoClient.connect(uri);
      try {
        await expect(reader.db('lucid_blockchain').collection('a').insertOne({})).rejects.toMatchObject({ code: 13 });
      } finally {
        await reader.close();
      }
      await expect(MongoClient.connect(`${uri}&authMechanism=SCRAM-SHA-1`)).rejects.toThrow('SCRAM-SHA-1');
    } finally {
      await client.close();
    }
  });

  it('refuses a wrong password and a caller without one', async () => {
    const { hostname, port } = new URL(`http://${env.LUCID_MONGODB_MEMBERS?.split(',')[0]}`);
    const wrong = `mongodb://lucid_root:wrong@${hostname}:${port}/?directConnection=true&authSource=admin`;
    await expect(MongoClient.connect(wrong)).rejects.toMatchObject({ codeName: 'AuthenticationFailed' });
    const nobody = await MongoClient.connect(`mongodb://${hostname}:${port}/?directConnection=true`);
    try {
      await expect(nobody.db('x').collection('y').insertOne({})).rejects.toMatchObject({ codeName: 'Unauthorized' });
    } finally {
      await nobody.close();
    }
  });

  it('gives the cache and the queue their own policies, passwords and persistence', async () => {
    const policies = { REDIS_URI: 'allkeys-lru', REDIS_QUEUE_URI: 'noeviction' };
    for (const [name, policy] of Object.entries(policies)) {
      const client = new Redis(env[name] ?? '');
      const stranger = new Redis({ port: client.options.port, lazyConnect: true, enableReadyCheck: false });
      try {
        expect(await client.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', policy]);
        expect(await client.config('GET', 'appendonly')).toEqual(['appendonly', 'yes']);
        expect(await client.config('GET', 'save')).toEqual(['save', '900 1 300 10 60 10000']);
        for (const command of ['FLUSHALL', 'FLUSHDB', 'KEYS']) {
          await expect(client.call(command, '*')).rejects.toThrow('unknown command');
        }
        await expect(stranger.get('x')).rejects.toThrow('NOAUTH');
      } finally {
        client.disconnect();
        stranger.disconnect();
      }
    }
  });

  it('runs a BullMQ job although commands are disabled', async () => {
    const { hostname: host, port, password } = new URL(env.REDIS_QUEUE_URI ?? '');
    const connection = { host, port: Number(port), password, maxRetriesPerRequest: null };
    const queue = new Queue('engines', { connection, prefix: '{lucid}' });
    const events = new QueueEvents('engines', { connection, prefix: '{lucid}' });
    const worker = new Worker('engines', async (job) => job.data.n * 2, { connection, prefix: '{lucid}' });
    try {
      await Promise.all([events.waitUntilReady(), worker.waitUntilReady()]);
      const job = await queue.add('double', { n: 21 }, { delay: 10 });
      expect(await job.waitUntilFinished(events)).toBe(42);
      await worker.close();
      await queue.obliterate();
    } finally {
      await Promise.all([worker.close(), events.close(), queue.close()]);
    }
  });

  it('asks Elasticsearch callers for a password and takes snapshots into the shared folder', async () => {
    const { origin, username, password } = new URL(env.ELASTICSEARCH_URI ?? '');
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    const headers = { authorization, 'content-type': 'application/json' };
    expect((await fetch(`${origin}/_cluster/health`)).status).toBe(401);
    expect((await fetch(`${origin}/_cluster/health`, { headers })).status).toBe(200);
    const location = join(env.ELASTICSEARCH_SNAPSHOT_PATH ?? '', 'one');
    const repository = JSON.stringify({ type: 'fs', settings: { location } });
    const put = (path: string, body?: string): Promise<Response> =>
      fetch(`${origin}${path}`, { method: 'PUT', headers, ...(body && { body }) });
    expect((await put('/_snapshot/one', repository)).status).toBe(200);
    expect((await put('/_snapshot/one/first?wait_for_completion=true')).status).toBe(200);
    expect(await readdir(location)).toContain('index.latest');
  });

  it('refuses to make an index of ours by a mere write', async () => {
    const { origin, username, password } = new URL(env.ELASTICSEARCH_URI ?? '');
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    const headers = { authorization, 'content-type': 'application/json' };
    const write = { method: 'PUT', headers, body: '{}' };
    expect((await fetch(`${origin}/lucid_sessions/_doc/1`, write)).status).toBe(404);
  });

  it('runs every engine unprivileged', async () => {
    const pids = await processesIn(scratch); // three mongod, two redis-server, Elasticsearch and its launcher
    expect(pids.length).toBeGreaterThanOrEqual(7);
    for (const pid of pids) expect((await stat(`/proc/${pid}`)).uid).not.toBe(0);
  });

  it('says that each one is up, and that a dead one is not', async () => {
    expect((await ping(env)).map(({ name, isUp }) => [name, isUp])).toEqual([
      ['mongodb', true],
      ['redis-cache', true],
      ['redis-queue', true],
      ['elasticsearch', true],
    ]);
    const [dead] = (await ping({ ...env, MONGODB_URI: 'mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=200' })) ?? [];
    expect(dead).toMatchObject({ name: 'mongodb', isUp: false });
  });

  // The last one: it ends what the others use.
  it('leaves no process and no folder behind when the starter is killed', async () => {
    process.kill(starter.pid, 'SIGKILL');
    await eventually('the end of every engine', async () => (await processesIn(scratch)).length === 0);
    await eventually('the end of the folder', async () =>
      stat(scratch).then(
        () => false,
        () => true,
      ),
    );
  });
});
