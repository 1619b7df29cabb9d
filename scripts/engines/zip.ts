import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, normalize, sep } from 'node:path';
import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';

const inflate = promisify(inflateRaw);

// APPNOTE.TXT 6.3 (PKWARE), sections 4.3.7, 4.3.12, 4.3.16: signatures and fixed lengths of the records read here.
const END_SIGNATURE = 0x06054b50;
const END_BYTES = 22;
const ENTRY_SIGNATURE = 0x02014b50;
const ENTRY_BYTES = 46;
const LOCAL_BYTES = 30;
const STORED = 0;
const DEFLATED = 8;

/**
 * Unpacks the files of a zip archive whose path `rename` maps to a path inside `target` (undefined: left out). Everything
 * is readable by all and executable where the archive's path has `/bin/`. For archives verified by their hash; still, a
 * path that would leave the target is refused.
 */
export async function unzip(
  archive: string,
  target: string,
  rename: (path: string) => string | undefined,
): Promise<void> {
  const bytes = await readFile(archive);
  const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end < 0 || bytes.readUInt32LE(end) !== END_SIGNATURE || end + END_BYTES > bytes.length) {
    throw new Error(`${archive} is not a zip archive`);
  }
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left -= 1) {
    if (bytes.readUInt32LE(at) !== ENTRY_SIGNATURE) throw new Error(`${archive} has a damaged directory`);
    const nameBytes = bytes.readUInt16LE(at + 28);
    const name = bytes.toString('utf8', at + ENTRY_BYTES, at + ENTRY_BYTES + nameBytes);
    const path = name.endsWith('/') ? undefined : rename(name);
    if (path !== undefined) await writeEntry(bytes, at, resolveInside(target, path), name.includes('/bin/'));
    at += ENTRY_BYTES + nameBytes + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
}

function resolveInside(target: string, path: string): string {
  const resolved = normalize(join(target, path));
  if (!resolved.startsWith(target + sep)) throw new Error(`the archive names a path outside its folder: ${path}`);
  return resolved;
}

async function writeEntry(bytes: Buffer, at: number, path: string, isExecutable: boolean): Promise<void> {
  const method = bytes.readUInt16LE(at + 10);
  const packedBytes = bytes.readUInt32LE(at + 20);
  const local = bytes.readUInt32LE(at + 42);
  const start = local + LOCAL_BYTES + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
  const packed = bytes.subarray(start, start + packedBytes);
  if (method !== STORED && method !== DEFLATED) throw new Error(`unknown compression method ${method} for ${path}`);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, method === STORED ? packed : await inflate(packed), { mode: isExecutable ? 0o755 : 0o644 });
}
