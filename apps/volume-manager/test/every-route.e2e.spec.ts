import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { routesOf, walkRoutes } from '../../../tests/setup/route-walk.ts';
import { startTestService, type TestService } from '../../../tests/setup/test-service.ts';
import { volumeManager } from '../src/volume-manager.ts';

describe('every route of volume-manager, as the router has them', () => {
  let service: TestService;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lucid-routes-'));
    service = await startTestService(volumeManager, { VOLUME_STORAGE_PATH: folder });
  });
  afterAll(async () => {
    await service.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('refuses whoever has no key, the role below its least, and parameters that it does not know', async () => {
    expect(routesOf(service).length).toBeGreaterThan(8);
    expect(await walkRoutes(service)).toEqual([]);
  });
});
