import * as nodeFiles from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { fromSystemError } from '@lucid/core/app-error';
import { assertObjectKey, assertPrefix, type ByteRange, type ObjectStat, type ObjectStore } from './object-store.ts';
import { newTempName, removeDeadTemps } from './temp-files.ts';

/** The calls of `node:fs/promises` that write; a test puts a failing one in place. */
export type FileCalls = Pick<typeof nodeFiles, 'open' | 'link' | 'mkdir'>;

const TEMP_FOLDER = '.tmp';
const FLUSH_PARALLEL = 8;

/**
 * Objects as files below a folder. A write goes to a temporary file, which is synced, then *linked* to its name: link(2)
 * fails where the name is taken, so the first of racing writers wins and nobody sees half an object. The names become
 * durable when `flush` syncs the folders, once for many objects. Folders are made as keys need them (0700; files 0600).
 */
export class FileObjectStore implements ObjectStore {
  readonly #root: string;
  readonly #files: FileCalls;
  /** Folders with entries that may not have reached the disk. */
  readonly #dirty = new Set<string>();
  #flushing: Promise<void> = Promise.resolve();

  private constructor(root: string, files: FileCalls) {
    this.#root = root;
    this.#files = files;
  }

  /** Makes the folder where there is none and removes what dead writers left. @throws AppError PERMISSION_DENIED, STORAGE_FULL */
  static async open(root: string, files: FileCalls = nodeFiles): Promise<FileObjectStore> {
    const store = new FileObjectStore(root, files);
    await store.#call(() => store.#makeFolder(join(root, TEMP_FOLDER)));
    await store.#call(() => removeDeadTemps(join(root, TEMP_FOLDER)));
    return store;
  }

  async get(key: string, range?: ByteRange): Promise<Buffer | undefined> {
    const path = this.#path(key);
    return this.#call(async () => {
      const file = await orUndefined(nodeFiles.open(path, 'r'));
      if (!file) return undefined;
      try {
        const { size } = await file.stat();
        const offset = Math.min(range?.offset ?? 0, size);
        return await readFully(file, offset, Math.min(range?.length ?? size, size - offset), range?.into);
      } finally {
        await file.close();
      }
    });
  }

  async putIfAbsent(key: string, bytes: Uint8Array): Promise<boolean> {
    const path = this.#path(key);
    const temp = join(this.#root, TEMP_FOLDER, newTempName());
    return this.#call(async () => {
      try {
        await this.#writeSynced(temp, bytes);
        return await this.#link(temp, path);
      } finally {
        await nodeFiles.rm(temp, { force: true });
      }
    });
  }

  async *list(prefix: string): AsyncIterable<string> {
    const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
    assertPrefix(prefix);
    yield* this.#walk(folder, prefix);
  }

  async stat(key: string): Promise<ObjectStat | undefined> {
    const path = this.#path(key);
    const found = await this.#call(() => orUndefined(nodeFiles.stat(path)));
    return found?.isFile() ? { key, sizeBytes: found.size } : undefined;
  }

  async remove(key: string): Promise<void> {
    const path = this.#path(key);
    await this.#call(() => orUndefined(nodeFiles.unlink(path)));
    this.#dirty.add(dirname(path));
  }

  /** One flush at a time: a second caller must not return while the first is still syncing the second's folders. */
  flush(): Promise<void> {
    const next = this.#flushing.then(() => this.#call(() => this.#syncFolders()));
    this.#flushing = next.catch(() => undefined);
    return next;
  }

  #path(key: string): string {
    assertObjectKey(key);
    return join(this.#root, key);
  }

  async #call<T>(action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      throw fromSystemError(error, 'The repository folder');
    }
  }

  async #writeSynced(temp: string, bytes: Uint8Array): Promise<void> {
    const file = await this.#files.open(temp, 'wx', 0o600);
    try {
      let written = 0;
      while (written < bytes.length) written += (await file.write(bytes, written)).bytesWritten;
      await file.datasync();
    } finally {
      await file.close();
    }
  }

  async #link(temp: string, path: string): Promise<boolean> {
    this.#dirty.add(dirname(path));
    try {
      await this.#files.link(temp, path);
      return true;
    } catch (error) {
      if (isCode(error, 'EEXIST')) return false;
      if (!isCode(error, 'ENOENT')) throw error;
    }
    await this.#makeFolder(dirname(path));
    return this.#files.link(temp, path).then(
      () => true,
      (error: unknown) => {
        if (isCode(error, 'EEXIST')) return false;
        throw error;
      },
    );
  }

  async #makeFolder(folder: string): Promise<void> {
    const first = await this.#files.mkdir(folder, { recursive: true, mode: 0o700 });
    if (!first) return;
    for (let made = folder; made.length >= first.length; made = dirname(made)) this.#dirty.add(dirname(made));
  }

  async *#walk(folder: string, prefix: string): AsyncIterable<string> {
    const path = join(this.#root, folder);
    const entries = await this.#call(() => orUndefined(nodeFiles.readdir(path, { withFileTypes: true })));
    if (!entries) return;
    this.#dirty.add(path.replace(/\/$/, ''));
    for (const entry of entries) {
      const key = posix.join(folder, entry.name);
      if (entry.name.startsWith('.') || !key.startsWith(prefix)) continue;
      if (entry.isDirectory()) yield* this.#walk(`${key}/`, prefix);
      else yield key;
    }
  }

  async #syncFolders(): Promise<void> {
    const folders = [...this.#dirty];
    const syncNext = async (): Promise<void> => {
      for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
        this.#dirty.delete(folder);
        await syncFolder(folder).catch((error: unknown) => {
          this.#dirty.add(folder as string);
          throw error;
        });
      }
    };
    const results = await Promise.allSettled(Array.from({ length: FLUSH_PARALLEL }, syncNext));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await orUndefined(nodeFiles.open(folder, 'r'));
  try {
    await handle?.sync();
  } finally {
    await handle?.close();
  }
}

async function readFully(
  file: nodeFiles.FileHandle,
  offset: number,
  length: number,
  into?: Uint8Array,
): Promise<Buffer> {
  const fits = into !== undefined && into.length >= length;
  const buffer = fits ? Buffer.from(into.buffer, into.byteOffset, length) : Buffer.allocUnsafeSlow(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, offset + filled);
    if (bytesRead === 0) return buffer.subarray(0, filled);
    filled += bytesRead;
  }
  return buffer;
}

function isCode(error: unknown, code: string): boolean {
  return (error as NodeJS.ErrnoException | null)?.code === code;
}

/** Turns "there is no such file" into undefined. */
async function orUndefined<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (isCode(error, 'ENOENT') || isCode(error, 'ENOTDIR')) return undefined;
    throw error;
  }
}
