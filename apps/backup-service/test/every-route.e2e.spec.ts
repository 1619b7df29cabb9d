import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { routesOf, walkRoutes } from '../../../tests/setup/route-walk.ts';
import { startTestService, type TestService } from '../../../tests/setup/test-service.ts';
import { backupService } from '../src/backup-service.ts';

describe('every route of backup-service, as the router has them', () => {
  let service: TestService;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lucid-routes-'));
    service = await startTestService(backupService, {
      BACKUP_STORAGE_PATH: folder,
      BACKUP_MASTER_KEY: randomBytes(32).toString('base64'),
    });
  });
  afterAll(async () => {
    await service.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('refuses whoever has no key, the role below its least, and parameters that it does not know', async () => {
    expect(routesOf(service).length).toBeGreaterThan(25);
    expect(await walkRoutes(service)).toEqual([]);
  });
});
