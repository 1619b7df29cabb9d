import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Daemon, startDaemon } from '@lucid/clients/process/daemon';
import { eventually } from './eventually.ts';
import { whileFrozen } from './while-frozen.ts';

const appendForEver = `const { appendFileSync } = require('node:fs');
setInterval(() => appendFileSync(process.argv[1], '.'), 1);`;

let folder: string;
let file: string;
let daemon: Daemon;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lucid-test-'));
  file = join(folder, 'written');
  daemon = await startDaemon(process.execPath, ['-e', appendForEver, file], { logFile: join(folder, 'log') });
  await writesMoreThan(0);
});
afterAll(async () => {
  await daemon.stop(0);
  await rm(folder, { recursive: true });
});

const written = async (): Promise<number> => (await stat(file)).size;
const writesMoreThan = (size: number): Promise<true> => eventually('writes', async () => (await written()) > size);

it('lets nothing more happen from the first moment of the action, and everything after it', async () => {
  for (let round = 0; round < 20; round += 1) {
    const size = await whileFrozen(daemon.pid, async () => {
      const before = await written();
      await pause(10);
      expect(await written()).toBe(before);
      return before;
    });
    await writesMoreThan(size);
  }
});

it('lets the process go on where the action fails', async () => {
  const failing = whileFrozen(daemon.pid, () => Promise.reject(new Error('enough')));
  await expect(failing).rejects.toThrow('enough');
  await writesMoreThan(await written());
});
