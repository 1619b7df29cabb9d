import { ALL_CONTRACTS, contractsOf } from './contracts/all-contracts.ts';
import { backupCreate } from './contracts/backup-create.ts';
import { handle, type JobHandler } from './job-handler.ts';
import { checkPayload, hashPayload } from './job-payload.ts';
import { createSteps } from './job-steps.ts';
import { checkHandlers } from './job-worker.ts';

const handlerOf = (contract: (typeof ALL_CONTRACTS)[number]): JobHandler => handle(contract, async () => ({}));

describe('the boot check', () => {
  const contracts = contractsOf('backup-service');

  it('accepts exactly one handler a contract', () => {
    expect(() => checkHandlers(contracts, contracts.map(handlerOf))).not.toThrow();
  });

  it('names what is missing, doubled and strange', () => {
    const handlers = [backupCreate, backupCreate, { ...backupCreate, name: 'strange.job' }].map(handlerOf);
    expect(() => checkHandlers(contracts, handlers)).toThrow(
      /backup\.create has 2 handlers.*backup\.restore has no handler.*strange\.job is not a contract/,
    );
  });
});

describe('contracts', () => {
  it('have names and id prefixes of their own', () => {
    expect(new Set(ALL_CONTRACTS.map(({ name }) => name)).size).toBe(ALL_CONTRACTS.length);
    expect(new Set(ALL_CONTRACTS.map(({ idPrefix }) => idPrefix)).size).toBe(ALL_CONTRACTS.length);
  });

  it('take the body of backups/create, and nothing else', async () => {
    const body = { database: 'lucid', collections: ['users'], engines: ['mongodb' as const], encryption: true };
    expect(await checkPayload(backupCreate, { ...body, label: undefined })).toEqual(body);
    for (const wrong of [{ database: 'a b' }, { engines: ['oracle'] }, { compression: 'yes' }, { path: '/etc' }]) {
      await expect(checkPayload(backupCreate, wrong as object)).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
    }
  });

  it('hash a payload by its content, not by the order of its fields', () => {
    expect(hashPayload('x', { a: 1, b: { c: 2, d: 3 } })).toBe(hashPayload('x', { b: { d: 3, c: 2 }, a: 1 }));
    expect(hashPayload('x', { a: 1 })).not.toBe(hashPayload('y', { a: 1 }));
  });
});

describe('steps', () => {
  it('run once, are stored before they count, and refuse keys that MongoDB would read as paths', async () => {
    const saved: [string, unknown][] = [];
    const { signal } = new AbortController();
    const steps = createSteps({
      stored: { old: 1 },
      signal,
      save: async (key, result) => void saved.push([key, result]),
    });
    expect(await steps.run('old', async () => 2)).toBe(1);
    expect(await steps.run('new', async () => 3)).toBe(3);
    expect(saved).toEqual([['new', 3]]);
    await expect(steps.run('a.b', async () => 1)).rejects.toThrow('step key');
    await expect(steps.run('big', async () => 'x'.repeat(20_000))).rejects.toThrow('too large');
  });
});
