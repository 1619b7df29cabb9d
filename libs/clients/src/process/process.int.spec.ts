import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@lucid/testing/eventually';
import { startDaemon } from './daemon.ts';
import { isAlive } from './process-group.ts';
import { runProgram } from './run-program.ts';

const node = process.execPath;
const forEver = 'setInterval(() => {}, 1000);';
/** Starts a grandchild that would stay, prints its number and stays itself. */
const withGrandchild = `const { spawn } = require('node:child_process');
console.log(spawn(process.execPath, ['-e', '${forEver}']).pid); ${forEver}`;

describe('runProgram', () => {
  it('passes arguments and input as they are, without a shell', async () => {
    const script = 'process.stdin.on("data", (b) => process.stdout.write(process.argv[1] + b))';
    const { stdout } = await runProgram(node, ['-e', script, '$HOME; `id`'], { input: '*' });
    expect(stdout).toBe('$HOME; `id`*');
  });

  it('keeps the end of an output that is too long', async () => {
    const script = 'process.stdout.write("a".repeat(5_000_000) + "end")';
    const { stdout } = await runProgram(node, ['-e', script], { maxOutputBytes: 1_000 });
    expect(stdout).toHaveLength(1_000);
    expect(stdout.endsWith('aend')).toBe(true);
  });

  it('says what a failing program said, in the cause alone', async () => {
    const run = runProgram(node, ['-e', 'console.error("secret"); process.exit(3)']);
    const error = await run.catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'PROGRAM_FAILED', message: `${node} ended with 3` });
    expect((error as Error & { cause: Error }).cause.message).toContain('secret');
  });

  it('tells a missing program from a failing one', async () => {
    await expect(runProgram('/no/such/program', [])).rejects.toMatchObject({ code: 'PROGRAM_MISSING' });
  });

  it('ends a program that does not read its input', async () => {
    const input = 'x'.repeat(10_000_000);
    await expect(runProgram(node, ['-e', 'process.exit(0)'], { input })).resolves.toMatchObject({ stdout: '' });
  });

  it('kills the whole group in the time-out', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lucid-test-'));
    try {
      const file = join(folder, 'pid');
      const script = withGrandchild.replace('console.log(', `require('node:fs').writeFileSync('${file}', '' + `);
      let text = '';
      // On a busy host it may not come to its grandchild in so short a time: then it gets more.
      for (let timeoutMs = 1_000; text === '' && timeoutMs < 100_000; timeoutMs *= 3) {
        await expect(runProgram(node, ['-e', script], { timeoutMs })).rejects.toMatchObject({ code: 'PROGRAM_FAILED' });
        text = await readFile(file, 'utf8').catch(() => '');
      }
      const pid = Number(text);
      expect(pid).toBeGreaterThan(0);
      await eventually('the end of the grandchild', () => !isAlive(pid));
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('rejects with the reason of the signal', async () => {
    const stopping = new AbortController();
    const run = runProgram(node, ['-e', forEver], { signal: stopping.signal });
    stopping.abort(new Error('cancelled'));
    await expect(run).rejects.toThrow('cancelled');
    await expect(runProgram(node, [], { signal: stopping.signal })).rejects.toThrow('cancelled');
  });
});

describe('startDaemon', () => {
  let folder: string;
  let logFile: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lucid-test-'));
    logFile = join(folder, 'log');
  });
  afterEach(() => rm(folder, { recursive: true }));

  const hasLogged =
    (text: string, file = logFile) =>
    async () =>
      (await readFile(file, 'utf8')).includes(text);

  it('waits until it is ready, and stops it with all it started', async () => {
    const isReady = async (): Promise<boolean> => /\d+\n/.test(await readFile(logFile, 'utf8'));
    const daemon = await startDaemon(node, ['-e', withGrandchild], { logFile, isReady });
    const grandchild = Number(await readFile(logFile, 'utf8'));
    expect([isAlive(daemon.pid), isAlive(grandchild)]).toEqual([true, true]);
    await daemon.stop();
    await daemon.stop();
    expect(daemon.hasExited()).toBe(true);
    await eventually('the end of the grandchild', () => !isAlive(grandchild));
  });

  it('kills one that ignores SIGTERM', async () => {
    const script = `process.on('SIGTERM', () => console.log('no')); console.log('up'); ${forEver}`;
    const daemon = await startDaemon(node, ['-e', script], { logFile, isReady: hasLogged('up') });
    await daemon.stop(3_000);
    expect(daemon.hasExited()).toBe(true);
    expect(await readFile(logFile, 'utf8')).toBe('up\nno\n');
  });

  it('reports one that ends while it starts, with the end of its log', async () => {
    const start = startDaemon(node, ['-e', 'console.log("port in use")'], { logFile, isReady: async () => false });
    const error = (await start.catch((caught: unknown) => caught)) as Error & { cause: Error };
    expect(error).toMatchObject({ code: 'PROGRAM_FAILED', message: `${node} ended while it started` });
    expect(error.cause.message).toContain('port in use');
  });

  it('kills one that does not get ready', async () => {
    const script = `console.log(process.pid); ${forEver}`;
    const isReady = async (): Promise<boolean> => {
      await eventually('its number', hasLogged('\n'));
      throw new Error('refused');
    };
    const start = startDaemon(node, ['-e', script], { logFile, isReady, readyTimeoutMs: 1_000 });
    const error = (await start.catch((caught: unknown) => caught)) as Error & { cause: Error };
    expect(error.cause.message).toContain('last answer: refused');
    expect(isAlive(Number(await readFile(logFile, 'utf8')))).toBe(false);
  });

  it('holds a pipe open where asked, and gives no input otherwise', async () => {
    const script = `process.stdin.on('end', () => console.log('gone')).resume(); console.log('up'); ${forEver}`;
    const held = await startDaemon(node, ['-e', script], { logFile, stdin: 'pipe', isReady: hasLogged('up') });
    const free = await startDaemon(node, ['-e', script], {
      logFile: `${logFile}2`,
      isReady: hasLogged('gone', `${logFile}2`),
    });
    await Promise.all([held.stop(), free.stop()]);
    expect(await readFile(logFile, 'utf8')).toBe('up\n');
  });

  it('tells a missing program', async () => {
    await expect(startDaemon('/no/such/program', [], { logFile })).rejects.toMatchObject({ code: 'PROGRAM_MISSING' });
  });
});
