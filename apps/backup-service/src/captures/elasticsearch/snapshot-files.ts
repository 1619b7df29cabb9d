import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { SnapshotWriter } from '@lucid/archive/snapshot-types';
import { AppError, fromSystemError } from '@lucid/core/app-error';
import { inParallel } from './parallel.ts';
import { SNAPSHOT_STREAMS } from './manifest.ts';

export interface RepositoryFile {
  /** Below the repository's folder, parts divided by `/`. */
  readonly path: string;
  readonly bytes: number;
}

const READ_BYTES = 1024 * 1024;
const PARALLEL_FILES = 4;

/**
 * The files of one generation of a repository, sorted: the lists at its top (of `index-N` this generation's alone) and the folders
 * of the given indices. What the server keeps of older snapshots lies in these folders too; it is shared with earlier backups.
 */
export async function listFiles(
  folder: string,
  generation: bigint,
  indexIds: readonly string[],
): Promise<RepositoryFile[]> {
  const top = (await readdir(folder, { withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .filter(
      (name) => name === 'index.latest' || name === `index-${generation}` || /^(snap|meta)-[\w-]+\.dat$/.test(name),
    );
  const below: string[] = [];
  for (const id of indexIds) {
    const entries = await readdir(join(folder, 'indices', id), { withFileTypes: true, recursive: true });
    for (const entry of entries) {
      if (entry.isFile()) below.push(join(entry.parentPath, entry.name).slice(folder.length + 1));
    }
  }
  const files: RepositoryFile[] = [];
  for (const path of [...top, ...below].sort()) files.push({ path, bytes: (await stat(join(folder, path))).size });
  return files;
}

/**
 * Copies files into streams of the snapshot, in their order. @param onBytes is told what was read
 * @throws ENOENT where a file vanished; AppError CAPTURE_RESTARTED where one changed its size
 */
export async function copyFiles(
  folder: string,
  files: readonly RepositoryFile[],
  sink: SnapshotWriter,
  { signal, onBytes }: { signal: AbortSignal; onBytes(bytes: number): void },
): Promise<void> {
  // Opened one after the other in the order of the list: `inParallel` begins its items so, and a stream is opened at once.
  await inParallel(PARALLEL_FILES, files, async ({ path, bytes }) => {
    const stream = sink.openStream(`${SNAPSHOT_STREAMS}${path}`, { kind: 'bytes' });
    const file = await open(join(folder, path), 'r');
    const buffer = Buffer.allocUnsafe(Math.min(READ_BYTES, Math.max(1, bytes)));
    let copied = 0;
    try {
      for (;;) {
        signal.throwIfAborted();
        const { bytesRead } = await file.read(buffer, 0, buffer.length);
        if (bytesRead === 0) break;
        await stream.write(buffer.subarray(0, bytesRead));
        copied += bytesRead;
        onBytes(bytesRead);
      }
    } finally {
      await file.close();
    }
    if (copied !== bytes) {
      throw new AppError('CAPTURE_RESTARTED', 'A file of the Elasticsearch snapshot changed while it was copied.');
    }
    await stream.end(null);
  });
}

/** A file of the repository that is gone was deleted by somebody else who works in it. */
export function asRestart(error: unknown): unknown {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return fromSystemError(error, 'ELASTICSEARCH_SNAPSHOT_PATH');
  const detail = 'A file of the Elasticsearch snapshot vanished while it was copied.';
  return new AppError('CAPTURE_RESTARTED', detail, { cause: error });
}
