import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processEnvironment } from '@lucid/core/environment';
import type { Role } from '@lucid/models/roles';
import { ApiKeysService } from '@lucid/service-kit/access/api-keys.service';
import { createService } from '@lucid/service-kit/start';
import { createTestDatabase } from '@lucid/testing/engines';
import { volumeManager } from '../src/volume-manager.ts';

export interface Answer {
  status: number;
  text: string;
  /** The body as JSON, or undefined when it is none. */
  json: Record<string, unknown> | undefined;
}

export interface TestService {
  /** The storage path: a folder of its own. */
  folder: string;
  /** Removes the folder and everything in it, as a lost mount does. */
  loseFolder(): Promise<void>;
  key(role: Role): Promise<string>;
  get(path: string, key?: string): Promise<Answer>;
  close(): Promise<void>;
}

/** The service on the real engines, with databases and a folder of its own; `prepare` fills the folder before the start. */
export async function startTestService(
  environment: Record<string, string> = {},
  prepare: (folder: string) => Promise<void> = async () => undefined,
): Promise<TestService> {
  const folder = await mkdtemp(join(tmpdir(), 'lucid-volume-'));
  await prepare(folder);
  const database = await createTestDatabase('volumes');
  const { app } = await createService(volumeManager, {
    ...processEnvironment(),
    MONGODB_DATABASE: database.name,
    CONTROL_DATABASE: database.sibling('control'),
    LUCID_BOOTSTRAP_API_KEY: randomBytes(32).toString('hex'),
    VOLUME_STORAGE_PATH: folder,
    LOG_LEVEL: 'error',
    ...environment,
  }).catch(async (error: unknown) => {
    await database.close();
    throw error;
  });
  const loseFolder = (): Promise<void> => rm(folder, { recursive: true, force: true });
  return {
    folder,
    loseFolder,
    key: async (role) => (await app.get(ApiKeysService).create('test', role, { id: 'test', role: 'admin' })).key,
    async get(path, key) {
      const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
      const answer = await app.inject({ method: 'GET', url: path, headers });
      const isJson = String(answer.headers['content-type']).includes('json');
      return { status: answer.statusCode, text: answer.payload, json: isJson ? JSON.parse(answer.payload) : undefined };
    },
    async close() {
      await app.close();
      await database.close();
      await loseFolder();
    },
  };
}
