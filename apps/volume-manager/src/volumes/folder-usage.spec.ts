import { mkdtempSync, linkSync, lstatSync, mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureFolder } from './folder-usage.ts';

const never = new AbortController().signal;
const blocks = (path: string) => lstatSync(path).blocks * 512;

describe('measureFolder', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'lucid-usage-'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('counts an empty folder as itself', async () => {
    const usage = await measureFolder(root, never);
    expect(usage).toEqual({ usedBytes: blocks(root), files: 0, folders: 1, unreadable: 0 });
  });

  it('counts blocks, not lengths: a hole takes nothing', async () => {
    const file = join(root, 'sparse');
    writeFileSync(file, 'x');
    truncateSync(file, 1_000_000_000);
    const usage = await measureFolder(root, never);
    expect(usage.usedBytes).toBe(blocks(root) + blocks(file));
    expect(usage.usedBytes).toBeLessThan(1_000_000);
  });

  it('counts a file with several names once', async () => {
    writeFileSync(join(root, 'one'), Buffer.alloc(100_000));
    linkSync(join(root, 'one'), join(root, 'two'));
    const usage = await measureFolder(root, never);
    expect(usage).toMatchObject({ files: 1, usedBytes: blocks(root) + blocks(join(root, 'one')) });
  });

  it('does not follow links, not even to itself', async () => {
    symlinkSync(root, join(root, 'loop'));
    symlinkSync('/', join(root, 'everything'));
    expect(await measureFolder(root, never)).toMatchObject({ files: 2, folders: 1 });
  });

  it('reads names that are not UTF-8', async () => {
    const name = Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xff, 0xfe])]);
    mkdirSync(name);
    writeFileSync(Buffer.concat([name, Buffer.from('/inside')]), Buffer.alloc(50_000));
    expect(await measureFolder(root, never)).toMatchObject({ files: 1, folders: 2, unreadable: 0 });
  });

  it('adds up many files in many folders', async () => {
    let expected = blocks(root);
    for (let folder = 0; folder < 30; folder += 1) {
      mkdirSync(join(root, `f${folder}`, 'below'), { recursive: true });
      for (let file = 0; file < 40; file += 1) {
        writeFileSync(join(root, `f${folder}`, 'below', `${file}`), Buffer.alloc(file * 300));
        expected += blocks(join(root, `f${folder}`, 'below', `${file}`));
      }
      expected += blocks(join(root, `f${folder}`)) + blocks(join(root, `f${folder}`, 'below'));
    }
    expect(await measureFolder(root, never)).toEqual({ usedBytes: expected, files: 1200, folders: 61, unreadable: 0 });
  });

  it('ends when it is told to, and fails when the folder is not there', async () => {
    const stop = new Error('stop');
    await expect(measureFolder(root, AbortSignal.abort(stop))).rejects.toBe(stop);
    await expect(measureFolder(join(root, 'gone'), never)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
