import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Role } from '@lucid/models/roles';
import { startTestService as start, type Answer } from '../../../tests/setup/test-service.ts';
import { volumeManager } from '../src/volume-manager.ts';

export interface TestService {
  /** The storage path: a folder of its own. */
  folder: string;
  /** Removes the folder and everything in it, as a lost mount does. */
  loseFolder(): Promise<void>;
  key(role: Role): Promise<string>;
  get(path: string, key?: string): Promise<Answer>;
  close(): Promise<void>;
}

/** The service on the real engines, with a folder of its own; `prepare` fills the folder before the start. */
export async function startTestService(
  environment: Record<string, string> = {},
  prepare: (folder: string) => Promise<void> = async () => undefined,
): Promise<TestService> {
  const folder = await mkdtemp(join(tmpdir(), 'lucid-volume-'));
  await prepare(folder);
  const service = await start(volumeManager, { VOLUME_STORAGE_PATH: folder, ...environment });
  const loseFolder = (): Promise<void> => rm(folder, { recursive: true, force: true });
  return {
    folder,
    loseFolder,
    key: (role) => service.key(role),
    get: (path, key) => service.call('GET', path, { key }),
    async close() {
      await service.close();
      await loseFolder();
    },
  };
}
