import type { RestoreRun } from '../captures/restore-port.ts';
import type { RestorePart } from './engine-restorers.ts';

/**
 * Reads what comes back after the first engine, chunk by chunk. Each engine verifies its own part before it replaces anything; but when
 * it is an engine's turn, those before it are replaced already, and a damaged chunk would leave the system half restored.
 * @throws AppError CHUNK_MISSING, CHUNK_CORRUPT
 */
export async function verifyLaterParts([, ...later]: readonly RestorePart[], run: RestoreRun): Promise<void> {
  for (const { restorer, input } of later) {
    const names = input.reader.manifest.streams.map(({ name }) => name);
    let done = 0;
    for (const name of names.filter((one) => one.startsWith(`${restorer.engine}/`))) {
      for await (const { length } of input.reader.read(name, { signal: run.signal })) {
        done += length;
        run.progress({ phase: `verify ${restorer.engine}`, done, total: null, unit: 'bytes' });
      }
    }
  }
}
