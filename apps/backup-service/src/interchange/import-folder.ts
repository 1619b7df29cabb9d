import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { type FileHandle, link, lstat, mkdir, open, readdir, realpath, rm, stat, unlink } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError, fromSystemError } from '@lucid/core/app-error';

export interface StoredDump {
  readonly name: string;
  readonly kind: 'file' | 'folder';
  /** Null for a folder. */
  readonly sizeBytes: number | null;
  readonly modifiedAt: Date;
}

/** What an uploaded dump may be called: no separator, no leading dot. */
export const DUMP_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

const UNFINISHED = /^\.upload-.*\.part$/;
/** An upload under way writes all the time. */
const STALE_MS = 24 * 3_600_000;

/** The folder whose dumps can be imported. Its files are the operator's: only uploads that broke off are removed. */
export class ImportFolder {
  private readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /**
   * The absolute path of something below the folder, links followed.
   * @throws AppError NOT_FOUND; VALIDATION_FAILED where it leads out of the folder
   */
  async locate(relative: string): Promise<string> {
    try {
      const root = await realpath(this.path);
      const found = await realpath(join(root, relative));
      if (found.startsWith(root + sep)) return found;
    } catch (error) {
      if (!['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'].includes((error as NodeJS.ErrnoException).code ?? ''))
        throw fromSystemError(error, 'the import folder');
      throw new AppError('NOT_FOUND', 'the import folder holds nothing of that name', { cause: error });
    }
    const errors = [{ pointer: '/path', code: 'OUTSIDE', message: 'must be a path below the import folder' }];
    throw new AppError('VALIDATION_FAILED', 'the path leads out of the import folder', { errors });
  }

  /** Sorted by name; unfinished uploads left out. */
  async list(): Promise<StoredDump[]> {
    const dumps: StoredDump[] = [];
    for (const name of (await this.names()).sort()) {
      const stats = await lstat(join(this.path, name)).catch(() => undefined);
      if (!stats || name.startsWith('.') || (!stats.isFile() && !stats.isDirectory())) continue;
      const isFile = stats.isFile();
      const sizeBytes = isFile ? stats.size : null;
      dumps.push({ name, kind: isFile ? 'file' : 'folder', sizeBytes, modifiedAt: stats.mtime });
    }
    return dumps;
  }

  /**
   * Stores an upload under its name once it is whole, durable, and accepted by `check`; until then nothing of that name is there.
   * @throws AppError CONFLICT where the name is taken, STORAGE_FULL, what `check` throws, what the source fails with
   */
  async store(name: string, source: Readable, check: (path: string) => Promise<void>): Promise<StoredDump> {
    const target = join(this.path, name);
    const unfinished = join(this.path, `.upload-${randomBytes(8).toString('hex')}.part`);
    try {
      await mkdir(this.path, { recursive: true });
      if (await stat(target).catch(() => undefined)) throw taken(name);
      await pipeline(source, createWriteStream(unfinished, { flags: 'wx', mode: 0o640, flush: true }));
      await check(unfinished);
      await link(unfinished, target);
      await unlink(unfinished);
      await syncFolder(this.path);
      const { size, mtime } = await stat(target);
      return { name, kind: 'file', sizeBytes: size, modifiedAt: mtime };
    } catch (error) {
      await rm(unfinished, { force: true });
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw taken(name);
      throw fromSystemError(error, 'the import folder');
    }
  }

  /** Removes uploads that broke off. @returns how many */
  async sweep(now: Date): Promise<number> {
    let removed = 0;
    for (const name of await this.names()) {
      const path = join(this.path, name);
      const stats = UNFINISHED.test(name) ? await lstat(path).catch(() => undefined) : undefined;
      if (!stats || now.getTime() - stats.mtimeMs < STALE_MS) continue;
      await rm(path, { force: true });
      removed += 1;
    }
    return removed;
  }

  private async names(): Promise<string[]> {
    return readdir(this.path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw fromSystemError(error, 'the import folder');
    });
  }
}

async function syncFolder(path: string): Promise<void> {
  let folder: FileHandle | undefined;
  try {
    folder = await open(path, 'r');
    await folder.sync();
  } finally {
    await folder?.close();
  }
}

function taken(name: string): AppError {
  return new AppError('CONFLICT', `there is a dump ${name} already: upload under another name`);
}
