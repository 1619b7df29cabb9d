import { statfsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '@lucid/testing/eventually';
import { startTestService, type TestService } from './test-service.ts';

interface VolumeList {
  items: (Record<string, unknown> & { id: string; usedBytes: number | null })[];
  page: { limit: number; nextCursor: string | null };
}

const FILE_BYTES = 3_000_000;

describe('GET /api/v1/volumes', () => {
  let service: TestService;
  let viewer: string;

  async function list(): Promise<VolumeList> {
    return (await service.get('/api/v1/volumes', viewer)).json as unknown as VolumeList;
  }

  beforeAll(async () => {
    service = await startTestService({ VOLUME_MAX_SIZE_GB: '7' }, (folder) =>
      writeFile(join(folder, 'file'), Buffer.alloc(FILE_BYTES, 1)),
    );
    viewer = await service.key('viewer');
  });
  afterAll(() => service.close());

  it('lists the volume of the storage path with quota, allocated and used told apart', async () => {
    const counted = await eventually('the first count', async () => {
      const page = await list();
      return page.items[0]?.usedBytes === null ? undefined : page;
    });
    const { bsize, blocks } = statfsSync(service.folder);
    expect(counted.page).toEqual({ limit: 50, nextCursor: null });
    expect(counted.items).toEqual([
      expect.objectContaining({
        id: expect.stringMatching(/^vol_[0-9a-z]{16}$/),
        driver: 'directory',
        path: service.folder,
        quotaBytes: 7e9,
        fileSystemBytes: blocks * bsize,
        warningPercent: 80,
        criticalPercent: 95,
        usageMeasuredAt: expect.stringMatching(/^\d{4}-/),
      }),
    ]);
    const volume = counted.items[0];
    expect(volume?.usedBytes).toBeGreaterThanOrEqual(FILE_BYTES);
    expect(volume?.usedBytes).toBeLessThan(FILE_BYTES + 100_000);
    // The file system holds more than this folder, and less than its size.
    expect(volume?.['allocatedBytes']).toBeGreaterThan(volume?.usedBytes ?? Infinity);
    expect(volume?.['allocatedBytes']).toBeLessThanOrEqual(blocks * bsize);
  });

  it('pages like every list', async () => {
    const { json } = await service.get('/api/v1/volumes?limit=1', viewer);
    expect(json).toMatchObject({ page: { limit: 1, nextCursor: null } });
    expect(await service.get('/api/v1/volumes?cursor=nonsense', viewer)).toMatchObject({
      status: 400,
      json: { code: 'BAD_CURSOR' },
    });
    expect(await service.get('/api/v1/volumes?size=1', viewer)).toMatchObject({
      status: 400,
      json: { code: 'VALIDATION_FAILED' },
    });
  });

  it('wants a key', async () => {
    expect(await service.get('/api/v1/volumes')).toMatchObject({ status: 401, json: { code: 'UNAUTHENTICATED' } });
  });

  it('is described in the OpenAPI document', async () => {
    const { json } = await service.get('/openapi.json', viewer);
    const document = json as { paths: Record<string, unknown>; components: { schemas: Record<string, unknown> } };
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining(['/api/v1/volumes', '/api/v1/volumes/{id}', '/api/v1/volumes/{id}/usage']),
    );
    expect(document.components.schemas['VolumeDto']).toMatchObject({
      properties: { usedBytes: { type: ['integer', 'null'], format: 'int64' } },
    });
  });
});

describe('GET /api/v1/volumes by its thresholds', () => {
  it('is critical beyond the quota', async () => {
    // The file is longer than the quota of 1 GB, and has no hole: fallocate would do, but a plain sparse file takes nothing.
    const service = await startTestService(
      { VOLUME_WARNING_THRESHOLD: '1', VOLUME_CRITICAL_THRESHOLD: '2', VOLUME_MAX_SIZE_GB: '1' },
      (folder) => writeFile(join(folder, 'file'), Buffer.alloc(30_000_000, 1)),
    );
    try {
      const viewer = await service.key('viewer');
      await eventually('the state', async () => {
        const { json } = await service.get('/api/v1/volumes', viewer);
        const [volume] = (json as unknown as VolumeList).items;
        return volume?.['state'] === 'critical' && volume['usedPercent'] === 3;
      });
    } finally {
      await service.close();
    }
  });

  it('is down when the folder is gone, and the service goes on', async () => {
    const service = await startTestService();
    try {
      const viewer = await service.key('viewer');
      await service.loseFolder();
      const { json } = await service.get('/api/v1/volumes', viewer);
      expect((json as unknown as VolumeList).items).toEqual([
        expect.objectContaining({ state: 'down', allocatedBytes: null, fileSystemBytes: null, availableBytes: null }),
      ]);
      expect((await service.get('/metrics')).text).toMatch(/^volume_up\{.*\} 0$/m);
    } finally {
      await service.close();
    }
  });
});

describe('volume-manager with a folder that is not there', () => {
  it('does not start, and names the variable', async () => {
    await expect(startTestService({ VOLUME_STORAGE_PATH: '/nowhere/at/all' })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('VOLUME_STORAGE_PATH does not exist; create it, or set another path'),
    });
  });
});
