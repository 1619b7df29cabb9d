import { mkdtemp, readdir, readFile, rm, stat, writeFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { cached, verifySha256 } from './downloads.ts';
import { unzip } from './zip.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lucid-test-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('cached', () => {
  const fill = (text: string) => (target: string) => writeFile(join(target, 'program'), text);

  it('fills once', async () => {
    const first = await cached('x-1', fill('first'), folder);
    const again = await cached('x-1', () => Promise.reject(new Error('asked again')), folder);
    expect(again).toBe(first);
    expect(await readFile(join(again, 'program'), 'utf8')).toBe('first');
  });

  it('leaves nothing of a failed download, and tries again', async () => {
    const half = async (target: string): Promise<void> => {
      await fill('half')(target);
      throw new Error('no network');
    };
    await expect(cached('x-1', half, folder)).rejects.toThrow('no network');
    expect(await readdir(folder)).toEqual([]);
    expect(await readFile(join(await cached('x-1', fill('whole'), folder), 'program'), 'utf8')).toBe('whole');
  });

  it('takes one result when two fill at once', async () => {
    const [one, two] = await Promise.all([cached('x-1', fill('same'), folder), cached('x-1', fill('same'), folder)]);
    expect(one).toBe(two);
    expect(await readdir(folder)).toEqual(['x-1']);
  });

  it('removes what a killed process left, and not what a living one is filling', async () => {
    const living = `.filling-${process.pid}-abc`;
    await mkdir(join(folder, '.filling-99999999-abc')); // beyond the greatest number a process can have
    await mkdir(join(folder, living));
    await cached('x-1', fill('x'), folder);
    expect((await readdir(folder)).sort()).toEqual([living, 'x-1']);
  });
});

describe('verifySha256', () => {
  it('refuses another file', async () => {
    const file = join(folder, 'file');
    await writeFile(file, 'abc'); // FIPS 180-2, appendix B.1
    await verifySha256(file, 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    await writeFile(file, 'abd');
    await expect(
      verifySha256(file, 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'),
    ).rejects.toThrow('it is not used');
  });
});

interface Entry {
  name: string;
  text: string;
  isStored?: boolean;
}

/** A zip archive as APPNOTE.TXT describes it, with the fields that a reader may look at. */
function zip(entries: Entry[]): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, text, isStored } of entries) {
    const packed = isStored ? Buffer.from(text) : deflateRawSync(text);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(isStored ? 0 : 8, 4);
    common.writeUInt32LE(crc32(text), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(Buffer.byteLength(text), 18);
    common.writeUInt16LE(name.length, 22);
    const entry = Buffer.alloc(46);
    entry.write('PK\x01\x02', 'latin1');
    common.copy(entry, 6);
    entry.writeUInt32LE(offset, 42);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), packed]);
    locals.push(local);
    directory.push(entry, Buffer.from(name));
    offset += local.length;
  }
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, ...directory, end]);
}

describe('unzip', () => {
  const write = async (bytes: Buffer): Promise<string> => {
    const archive = join(folder, 'archive.zip');
    await writeFile(archive, bytes);
    return archive;
  };
  const target = (): string => join(folder, 'out');

  it('unpacks what is asked for, packed and stored, and makes programs executable', async () => {
    const entries = [
      { name: 'x/bin/run', text: 'run '.repeat(100) },
      { name: 'x/lib/', text: '' },
      { name: 'x/lib/a', text: 'a', isStored: true },
      { name: 'x/doc', text: 'left out' },
    ];
    const archive = await write(zip(entries));
    await unzip(archive, target(), (path) => (path === 'x/doc' ? undefined : path.slice(2)));
    expect(await readFile(join(target(), 'bin/run'), 'utf8')).toBe('run '.repeat(100));
    expect(await readFile(join(target(), 'lib/a'), 'utf8')).toBe('a');
    expect((await stat(join(target(), 'bin/run'))).mode & 0o777).toBe(0o755);
    expect(await readdir(target())).toEqual(['bin', 'lib']);
  });

  it('refuses a path that leaves the folder', async () => {
    const archive = await write(zip([{ name: '../evil', text: 'x' }]));
    await expect(unzip(archive, target(), (path) => path)).rejects.toThrow('outside');
    expect(await readdir(folder)).toEqual(['archive.zip']);
  });

  it('refuses what is no archive, and a cut one', async () => {
    await expect(unzip(await write(Buffer.from('hello')), target(), (path) => path)).rejects.toThrow('not a zip');
    const whole = zip([{ name: 'a', text: 'a' }]);
    await expect(unzip(await write(whole.subarray(0, -5)), target(), (path) => path)).rejects.toThrow('not a zip');
  });
});
