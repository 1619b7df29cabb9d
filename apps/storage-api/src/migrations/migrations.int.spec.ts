import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoLeaseStore } from '@lucid/clients/mongodb/leases';
import { startDaemon } from '@lucid/clients/process/daemon';
import { AppError } from '@lucid/core/app-error';
import { systemClock } from '@lucid/core/clock';
import { createTestDatabase, type TestDatabase } from '@lucid/testing/engines';
import type { Db } from 'mongodb';
import { first, ledgerStep, migrationOf, second } from './ledger-versions.fixture.ts';
import { holdMigrations } from './hold-migrations.ts';
import type { MigrationLock } from './migration-run.ts';
import type { VersionedMigration } from './migration.ts';
import { MigrationsRepository, type MigrationRecord } from './migrations.repository.ts';
import { MigrationsService, type BackupTaker } from './migrations.service.ts';

const FIXTURE = join(import.meta.dirname, 'run-until-killed.fixture.ts');

describe('migrations', () => {
  let database: TestDatabase;
  let db: Db;
  let control: Db;
  let count = 0;

  beforeAll(async () => {
    database = await createTestDatabase('migrations');
  });
  afterAll(() => database.close());
  beforeEach(() => {
    count += 1;
    db = database.client.db(database.sibling(`main${String(count)}`));
    control = database.client.db(database.sibling(`control${String(count)}`));
  });

  const service = (...versions: VersionedMigration[]) =>
    new MigrationsService({
      ...{ client: database.client, database: db, controlDatabase: control, versions, clock: systemClock },
    });
  const hold = <T>(action: (lock: MigrationLock) => Promise<T>, signal = new AbortController().signal, waitMs = 0) => {
    const leases = new MongoLeaseStore(control);
    return holdMigrations(
      { leases, clock: systemClock, holder: 'test', signal, waitMs, progress: () => undefined },
      action,
    );
  };
  const up = (versions: VersionedMigration[], to?: string, backup: BackupTaker | null = null) =>
    hold((lock) => service(...versions).up(lock, to, backup));
  const down = (versions: VersionedMigration[], range: { to?: string; steps?: number } = {}) =>
    hold((lock) => service(...versions).down(lock, range, null));
  const ledger = async () =>
    (await db.collection<{ _id: string }>('ledger').find().sort({ at: 1 }).toArray()).map(({ _id }) => _id);
  const records = () => control.collection<MigrationRecord>('migrations');
  const stateOf = async (name: string) => (await records().findOne({ _id: name }))?.state;
  const failing = (key: string) =>
    ledgerStep(key, () => Promise.reject(new AppError('CONFLICT', 'two of them differ')));

  it('are planned, applied in order, and undone from the newest', async () => {
    const planned = await service(first, second).planUp();
    expect(planned.map(({ name, changes }) => [name, changes.map(({ detail }) => detail)])).toEqual([
      ['0001-first', ['a', 'b']],
      ['0002-second', ['c', 'd']],
    ]);
    expect(await ledger()).toEqual([]);
    expect((await up([first, second])).applied).toEqual(['0001-first', '0002-second']);
    expect(await ledger()).toEqual(['a', 'b', 'c', 'd']);
    expect((await up([first, second])).applied).toEqual([]);
    expect((await down([first, second])).reverted).toEqual(['0002-second']);
    expect(await ledger()).toEqual(['a', 'b']);
    expect(await stateOf('0002-second')).toBe('reverted');
    expect((await up([first, second])).applied).toEqual(['0002-second']);
    expect((await down([first, second], { to: '0000' })).reverted).toEqual(['0002-second', '0001-first']);
    expect(await ledger()).toEqual([]);
  });

  it('go up to a version and down to a version', async () => {
    expect((await up([first, second], '0001')).applied).toEqual(['0001-first']);
    expect((await up([first, second], '0002-second')).applied).toEqual(['0002-second']);
    expect((await down([first, second], { to: '0001' })).reverted).toEqual(['0002-second']);
    await expect(up([first, second], '0009')).rejects.toMatchObject({ code: 'MIGRATION_NOT_FOUND' });
  });

  it('that fail are rolled back, those before them stay', async () => {
    const broken = migrationOf('0002-second', [ledgerStep('c'), failing('d'), ledgerStep('e')]);
    const error = await up([first, broken]).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'MIGRATION_FAILED' });
    expect((error as AppError).message).toContain('0002-second failed in step d and was rolled back');
    expect(await ledger()).toEqual(['a', 'b']);
    const record = await records().findOne({ _id: '0002-second' });
    expect(record).toMatchObject({ state: 'failed', doneSteps: [], error: { code: 'CONFLICT' }, left: [] });
    expect((await up([first, second])).applied).toEqual(['0002-second']);
  });

  it('say what a failure leaves, and refuse an undo that is not written', async () => {
    const { down: _undo, ...irreversible } = ledgerStep('c');
    const broken = migrationOf('0002-second', [irreversible, failing('d')]);
    const error = await up([first, broken]).catch((thrown: unknown) => thrown as AppError);
    expect(error).toMatchObject({ code: 'MIGRATION_FAILED', errors: [{ pointer: '/0002-second', code: 'LEFT' }] });
    expect(await ledger()).toEqual(['a', 'b', 'c']);
    const [item] = (await service(first, broken).status()).items.slice(1);
    expect(item?.record?.left).toEqual([expect.stringContaining('step c has no undo')]);
    const oneWay = migrationOf('0002-second', [irreversible]);
    await up([first, oneWay]);
    await expect(down([first, oneWay], { to: '0000' })).rejects.toMatchObject({ code: 'MIGRATION_IRREVERSIBLE' });
    expect(await ledger()).toEqual(['a', 'b', 'c']);
  });

  it('go on with an undo that stopped', async () => {
    let isBroken = true;
    const step = ledgerStep('c');
    const stubborn = migrationOf('0002-second', [
      { ...step, down: (...given) => (isBroken ? Promise.reject(new Error('no')) : step.down!(...given)) },
      failing('d'),
    ]);
    await expect(up([first, stubborn])).rejects.toMatchObject({ code: 'MIGRATION_FAILED' });
    expect(await records().findOne({ _id: '0002-second' })).toMatchObject({ state: 'rolling-back', doneSteps: ['c'] });
    expect(await ledger()).toEqual(['a', 'b', 'c']);
    isBroken = false;
    expect((await up([first, stubborn], '0001')).applied).toEqual([]);
    expect(await stateOf('0002-second')).toBe('failed');
    expect(await ledger()).toEqual(['a', 'b']);
  });

  it('refuse what they do not know, and what was edited', async () => {
    await up([first, second]);
    await expect(up([first])).rejects.toMatchObject({ code: 'MIGRATION_UNKNOWN' });
    const edited = { ...second, checksum: 'f'.repeat(64) };
    for (const attempt of [() => up([first, edited]), () => down([first, edited])])
      await expect(attempt()).rejects.toMatchObject({ code: 'MIGRATION_CHANGED' });
    expect((await service(first, edited).status()).problems).toEqual([expect.stringContaining('0002-second')]);
    expect(await ledger()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('take a backup before the first change, of what is there, and none for nothing', async () => {
    const taken: string[][] = [];
    const backup: BackupTaker = async (collections) => {
      expect(await ledger()).not.toContain('c');
      taken.push(collections);
      return `bkp_${'0'.repeat(16)}`;
    };
    await up([first], undefined, backup);
    expect(taken).toEqual([]);
    expect((await up([first, second], undefined, backup)).backupId).toBe('bkp_0000000000000000');
    expect(taken).toEqual([['ledger']]);
    await up([first, second], undefined, backup);
    expect(taken).toHaveLength(1);
    expect((await records().findOne({ _id: '0002-second' }))?.backupId).toBe('bkp_0000000000000000');
  });

  it('change nothing where the backup fails', async () => {
    await up([first]);
    const backup: BackupTaker = () => Promise.reject(new AppError('BACKUP_FIRST_FAILED', 'no room'));
    await expect(up([first, second], undefined, backup)).rejects.toMatchObject({ code: 'BACKUP_FIRST_FAILED' });
    expect(await ledger()).toEqual(['a', 'b']);
    expect(await stateOf('0002-second')).toBeUndefined();
  });

  it('that are cancelled are rolled back; that are interrupted go on later', async () => {
    const run = async (reason: AppError) => {
      const end = new AbortController();
      const stopping = migrationOf('0002-second', [
        ledgerStep('c'),
        ledgerStep('d', () => {
          end.abort(reason);
          return Promise.reject(reason);
        }),
      ]);
      const attempt = hold((lock) => service(first, stopping).up(lock, undefined, null), end.signal);
      await expect(attempt).rejects.toMatchObject({ code: reason.code });
    };
    await run(new AppError('JOB_CANCELLED', 'not wanted'));
    expect(await ledger()).toEqual(['a', 'b']);
    expect(await stateOf('0002-second')).toBe('failed');
    await run(new AppError('JOB_INTERRUPTED', 'the worker stops'));
    expect(await ledger()).toEqual(['a', 'b', 'c', 'd']);
    expect(await records().findOne({ _id: '0002-second' })).toMatchObject({
      state: 'applying',
      doneSteps: ['c'],
      step: 'd',
    });
    await up([first, second]);
    expect(await stateOf('0002-second')).toBe('applied');
    expect(await db.collection<{ _id: string }>('ledger').findOne({ _id: 'c' })).toMatchObject({ ups: 1 });
    expect(await db.collection<{ _id: string }>('ledger').findOne({ _id: 'd' })).toMatchObject({ ups: 2 });
  });

  it('run once where two instances begin at the same time', async () => {
    const outcomes = await Promise.all(
      [1, 2, 3].map(() =>
        hold((lock) => service(first, second).up(lock, undefined, null), new AbortController().signal, 60_000),
      ),
    );
    expect(outcomes.map(({ applied }) => applied.length).sort()).toEqual([0, 0, 2]);
    expect(
      await db
        .collection('ledger')
        .find({ ups: { $ne: 1 } })
        .toArray(),
    ).toEqual([]);
    const slow = migrationOf('0003-slow', [
      ledgerStep('s', async () => {
        await expect(up([first, second, slow])).rejects.toMatchObject({ code: 'LEASE_HELD' });
      }),
    ]);
    await up([first, second, slow]);
  });

  it('let a run that was taken over write no more', async () => {
    const versions = [
      first,
      migrationOf('0002-second', [
        ledgerStep('c', async () => {
          const leases = control.collection<{ _id: string }>('leases');
          await leases.updateOne({ _id: 'migrations' }, { $set: { heartbeatAt: new Date(0) } });
          await up([first, second]);
        }),
        ledgerStep('d'),
      ]),
    ];
    // The heir applies 0002 in the middle of the zombie's step, which then finds its lease gone.
    await expect(up(versions)).rejects.toMatchObject({ code: 'LEASE_LOST' });
    expect(await stateOf('0002-second')).toBe('applied');
    const [entry] = await records().find({ _id: '0002-second' }).toArray();
    const zombie = { fencingToken: (entry?.fencingToken ?? 0) - 1, runBy: 'zombie' };
    await expect(new MigrationsRepository(control).finishStep('0002-second', zombie, 'c')).rejects.toMatchObject({
      code: 'LEASE_LOST',
    });
  });

  it('killed in the middle of a step are gone on with', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lucid-migrations-'));
    const logFile = join(folder, 'log');
    const args = ['--conditions=lucid-source', FIXTURE, database.uri, db.databaseName, control.databaseName];
    const killed = await startDaemon(process.execPath, args, {
      logFile,
      env: { PATH: process.env['PATH'] },
      readyTimeoutMs: 60_000,
      isReady: async () => (await readFile(logFile, 'utf8')).includes('in the middle'),
    });
    process.kill(killed.pid, 'SIGKILL');
    await killed.exited;
    await rm(folder, { recursive: true });
    expect(await records().findOne({ _id: '0002-second' })).toMatchObject({
      state: 'applying',
      doneSteps: ['c'],
      step: 'd',
    });
    const whole = migrationOf('0002-second', [ledgerStep('c'), ledgerStep('d'), ledgerStep('e')]);
    await expect(up([first, whole])).rejects.toMatchObject({ code: 'LEASE_HELD' });
    await control
      .collection<{ _id: string }>('leases')
      .updateOne({ _id: 'migrations' }, { $set: { heartbeatAt: new Date(0) } });
    expect((await up([first, whole])).applied).toEqual(['0002-second']);
    expect(await ledger()).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(await db.collection<{ _id: string }>('ledger').findOne({ _id: 'c' })).toMatchObject({ ups: 1 });
  });
});
