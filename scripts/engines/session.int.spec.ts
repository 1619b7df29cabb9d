import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAlive } from '@lucid/clients/process/process-group';
import { runProgram, type RunResult } from '@lucid/clients/process/run-program';
import { processEnvironment } from '@lucid/core/environment';
import { eventually } from '@lucid/testing/eventually';

// The session's own Redis; the other engines are those of the test run, named by the environment.
describe('a session of engines', () => {
  let folder: string;
  let env: Record<string, string | undefined>;
  const run = (command: string): Promise<RunResult> =>
    runProgram(process.execPath, ['--conditions=lucid-source', join(import.meta.dirname, 'main.ts'), command], { env });
  const state = async (): Promise<{ keeperPid: number; env: Record<string, string> }> =>
    JSON.parse(await readFile(join(folder, 'engines.json'), 'utf8'));

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lucid-test-'));
    env = { ...processEnvironment(), LUCID_ENGINES_SESSION: join(folder, 'engines.json') };
    for (const name of ['REDIS_URI', 'REDIS_QUEUE_URI', 'NODE_OPTIONS']) delete env[name];
  });
  afterAll(async () => {
    await run('down');
    await rm(folder, { recursive: true });
  });

  it('is refused politely while there is none', async () => {
    await expect(run('env')).rejects.toMatchObject({ code: 'PROGRAM_FAILED' });
    expect((await run('down')).stderr).toContain('none are up');
  });

  it('starts once, however often and at the same time it is asked for', async () => {
    const [first, second] = await Promise.all([run('up'), run('up')]);
    const { keeperPid } = await state();
    const third = await run('up');
    for (const { stderr } of [first, second, third]) expect(stderr).toContain(`process ${keeperPid}`);
    const { stdout } = await run('status');
    expect(stdout.match(/^\S+ up /gm)).toHaveLength(4);
    expect((await run('env')).stdout).toContain(`export REDIS_URI='${(await state()).env.REDIS_URI}'`);
  });

  it('is started anew after its keeper was killed', async () => {
    const { keeperPid } = await state();
    process.kill(keeperPid, 'SIGKILL');
    await eventually('the end of the keeper', () => !isAlive(keeperPid));
    await expect(run('status')).rejects.toMatchObject({ code: 'PROGRAM_FAILED' });
    await run('up');
    expect((await state()).keeperPid).not.toBe(keeperPid);
    expect((await run('status')).stdout.match(/^\S+ up /gm)).toHaveLength(4);
  });

  it('is gone after `down`', async () => {
    const { keeperPid } = await state();
    await run('down');
    expect(isAlive(keeperPid)).toBe(false);
    await expect(state()).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
