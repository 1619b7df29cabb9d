import { lstat, opendir } from 'node:fs/promises';
import type { BigIntStats } from 'node:fs';
import type { VolumeUsage } from './volume-driver.ts';

/** Folders read at a time, and names looked up at a time in each: enough to keep a disk busy, not enough to crowd it. */
const FOLDERS_AT_ONCE = 4;
const NAMES_AT_ONCE = 16;
/** Unit of `st_blocks`, whatever the file system's own block size (POSIX, sys/stat.h). */
const BLOCK_BYTES = 512n;

const VANISHED = new Set(['ENOENT', 'ENOTDIR']);
const REFUSED = new Set(['EACCES', 'EPERM']);

interface Tally {
  blocks: bigint;
  files: number;
  folders: number;
  unreadable: number;
  /** Inodes with several names that have been counted. Others need no memory. */
  counted: Set<bigint>;
  device: bigint;
}

/**
 * Counts what a folder holds, as `du --one-file-system` does: symbolic links are not followed, other file systems mounted
 * below are left out. Memory grows with the folders that wait and the files with several names, not with all files.
 * @throws the signal's reason, or an error of the operating system other than a vanished or refused entry below `root`
 */
export async function measureFolder(root: string, signal: AbortSignal): Promise<VolumeUsage> {
  // Names are bytes, not text: as Latin-1 they come back unchanged, also those that are not UTF-8.
  const start = Buffer.from(root).toString('latin1');
  const stats = await lstat(root, { bigint: true });
  const tally: Tally = { blocks: 0n, files: 0, folders: 0, unreadable: 0, counted: new Set(), device: stats.dev };
  count(tally, stats);
  let waiting = [start];
  while (waiting.length > 0) {
    signal.throwIfAborted();
    // The newest first: depth before breadth keeps the list short.
    const batch = waiting.splice(-FOLDERS_AT_ONCE);
    const found = await Promise.all(batch.map((folder) => readFolder(folder, tally, signal)));
    waiting = waiting.concat(...found);
  }
  const { files, folders, unreadable } = tally;
  return { usedBytes: Number(tally.blocks * BLOCK_BYTES), files, folders, unreadable };
}

/** Counts the entries of one folder and returns the folders among them. */
async function readFolder(folder: string, tally: Tally, signal: AbortSignal): Promise<string[]> {
  const folders: string[] = [];
  const look = async (path: string): Promise<void> => {
    const stats = await orNothing(tally, () => lstat(Buffer.from(path, 'latin1'), { bigint: true }));
    if (stats && count(tally, stats)) folders.push(path);
  };
  await orNothing(tally, async () => {
    let names: Promise<void>[] = [];
    for await (const entry of await opendir(Buffer.from(folder, 'latin1'), { encoding: 'latin1' })) {
      names.push(look(`${folder}/${entry.name}`));
      if (names.length < NAMES_AT_ONCE) continue;
      await Promise.all(names);
      signal.throwIfAborted();
      names = [];
    }
    await Promise.all(names);
  });
  return folders;
}

/** Adds one entry; true when it is a folder to look into. */
function count(tally: Tally, stats: BigIntStats): boolean {
  if (stats.dev !== tally.device) return false;
  const isFolder = stats.isDirectory();
  if (!isFolder && stats.nlink > 1n) {
    if (tally.counted.has(stats.ino)) return false;
    tally.counted.add(stats.ino);
  }
  tally.blocks += stats.blocks;
  if (isFolder) tally.folders += 1;
  else tally.files += 1;
  return isFolder;
}

async function orNothing<T>(tally: Tally, read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (VANISHED.has(code)) return undefined;
    if (!REFUSED.has(code)) throw error;
    tally.unreadable += 1;
    return undefined;
  }
}
