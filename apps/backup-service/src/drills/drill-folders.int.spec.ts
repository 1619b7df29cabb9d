import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAlive } from '@lucid/clients/process/process-group';
import { systemClock } from '@lucid/core/clock';
import { eventually } from '@lucid/testing/eventually';
import { MongoClient } from 'mongodb';
import { mongodProgram } from '../interchange/interchange.fixture.ts';
import { startDisposableMongod } from './disposable-mongod.ts';
import { sweepDrillFolders } from './drill-folders.ts';

const signal = new AbortController().signal;

describe('the mongod of a drill', () => {
  let parent: string;
  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'lucid-drills-'));
  });
  afterEach(() => rm(parent, { recursive: true, force: true }));

  const start = async () =>
    startDisposableMongod({ program: await mongodProgram(), parent, clock: systemClock, signal });

  async function pidOf(folder: string): Promise<number> {
    return Number(await readFile(join(folder, 'data', 'mongod.lock'), 'utf8'));
  }

  it('knows nobody else, and leaves nothing', async () => {
    const server = await start();
    const [name = ''] = await readdir(parent);
    const pid = await pidOf(join(parent, name));
    try {
      await server.client.db('shop').collection('orders').insertOne({ n: 1 });
      const anybody = new MongoClient(server.uri.replace(/\/\/[^@]*@/, '//').replace(/authSource[^&]*&[^&]*&/, ''));
      const reading = anybody.db('shop').collection('orders').findOne();
      await expect(reading).rejects.toMatchObject({ codeName: 'Unauthorized' });
      await anybody.close();
    } finally {
      await server.stop();
    }
    expect(isAlive(pid)).toBe(false);
    expect(await readdir(parent)).toEqual([]);
    await server.stop();
  });

  it('is stopped, and its folder removed, when its owner is gone', async () => {
    await start();
    const [name = ''] = await readdir(parent);
    const folder = join(parent, name);
    const pid = await pidOf(folder);
    await writeFile(join(folder, 'owner'), `1 0 ${hostname()}`); // a process of that number runs, but began at another time
    expect(await sweepDrillFolders(parent, systemClock.now())).toEqual([folder]);
    await eventually('the end of mongod', () => !isAlive(pid));
    expect(await readdir(parent)).toEqual([]);
    expect(await sweepDrillFolders(parent, systemClock.now())).toEqual([]);
  });

  it('stays while its owner runs, and files of others stay always', async () => {
    const status = await readFile('/proc/1/stat', 'utf8');
    const started = status.slice(status.lastIndexOf(')') + 2).split(' ')[19];
    const server = await start();
    try {
      const [name = ''] = await readdir(parent);
      await writeFile(join(parent, name, 'owner'), `1 ${started} ${hostname()}`);
      await writeFile(join(parent, 'mine'), '');
      expect(await sweepDrillFolders(parent, systemClock.now())).toEqual([]);
      expect((await readdir(parent)).sort()).toEqual([name, 'mine'].sort());
      expect(await server.client.db('admin').command({ ping: 1 })).toMatchObject({ ok: 1 });
    } finally {
      await server.stop();
    }
    expect(await sweepDrillFolders(join(parent, 'nowhere'), systemClock.now())).toEqual([]);
  });

  it('of another host is left alone for two days', async () => {
    const folder = join(parent, 'lucid-drill-abc');
    await mkdir(folder);
    await writeFile(join(folder, 'owner'), '1 0 another-host');
    const now = systemClock.now().getTime();
    expect(await sweepDrillFolders(parent, new Date(now + 47 * 3_600_000))).toEqual([]);
    expect(await sweepDrillFolders(parent, new Date(now + 49 * 3_600_000))).toEqual([folder]);
  });

  it('without an owner is being made, and an hour later was left so', async () => {
    const folder = join(parent, 'lucid-drill-abc');
    await mkdir(folder);
    const now = systemClock.now().getTime();
    expect(await sweepDrillFolders(parent, new Date(now + 50 * 60_000))).toEqual([]);
    expect(await sweepDrillFolders(parent, new Date(now + 70 * 60_000))).toEqual([folder]);
  });

  it('leaves nothing when it is given up while it starts', async () => {
    const given = new AbortController();
    const options = { program: await mongodProgram(), parent, clock: systemClock, signal: given.signal };
    const starting = startDisposableMongod(options);
    const outcome = expect(starting).rejects.toBe('enough');
    await eventually('its folder', async () => (await readdir(parent)).length > 0);
    given.abort('enough');
    await outcome;
    expect(await readdir(parent)).toEqual([]);
  });

  it('says what is missing', async () => {
    const options = { program: '/nowhere/mongod', parent, clock: systemClock, signal };
    await expect(startDisposableMongod(options)).rejects.toMatchObject({ code: 'PROGRAM_MISSING' });
    await expect(startDisposableMongod({ ...options, program: '/bin/false' })).rejects.toMatchObject({
      code: 'PROGRAM_FAILED',
    });
    expect(await readdir(parent)).toEqual([]);
  });
});
