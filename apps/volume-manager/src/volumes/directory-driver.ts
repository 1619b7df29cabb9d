import { statfs } from 'node:fs/promises';
import { fromSystemError } from '@lucid/core/app-error';
import { measureFolder } from './folder-usage.ts';
import type { VolumeDriver, VolumeSpace, VolumeUsage } from './volume-driver.ts';

/** A plain folder on any host. Its quota is watched, not enforced: nothing stops a folder from growing beyond it. */
export class DirectoryDriver implements VolumeDriver {
  readonly name = 'directory';

  async space(path: string): Promise<VolumeSpace> {
    try {
      const { bsize, blocks, bfree, bavail } = await statfs(path);
      return {
        fileSystemBytes: blocks * bsize,
        allocatedBytes: (blocks - bfree) * bsize,
        availableBytes: bavail * bsize,
      };
    } catch (error) {
      throw fromSystemError(error, path);
    }
  }

  async usage(path: string, signal: AbortSignal): Promise<VolumeUsage> {
    try {
      return await measureFolder(path, signal);
    } catch (error) {
      throw fromSystemError(error, path);
    }
  }
}
