import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startTestService, type TestService } from './test-service.ts';

describe('GET /api/v1/volumes/{id}', () => {
  let service: TestService;
  let viewer: string;
  let id: string;

  beforeAll(async () => {
    service = await startTestService();
    viewer = await service.key('viewer');
    const { json } = await service.get('/api/v1/volumes', viewer);
    id = (json as { items: { id: string }[] }).items[0]?.id ?? '';
  });
  afterAll(() => service.close());

  it('has the volume', async () => {
    expect(await service.get(`/api/v1/volumes/${id}`, viewer)).toMatchObject({
      status: 200,
      json: { id, driver: 'directory' },
    });
  });

  it.each(['vol_0000000000000000', 'x', '%00', 'a'.repeat(90)])('knows no %s', async (other) => {
    for (const path of [`/api/v1/volumes/${other}`, `/api/v1/volumes/${other}/usage`]) {
      expect(await service.get(path, viewer)).toMatchObject({ status: 404, json: { code: 'VOLUME_NOT_FOUND' } });
    }
  });

  it('wants a key', async () => {
    expect((await service.get(`/api/v1/volumes/${id}`)).status).toBe(401);
    expect((await service.get(`/api/v1/volumes/${id}/usage`)).status).toBe(401);
  });

  describe('/usage', () => {
    const usage = async (query = '') => (await service.get(`/api/v1/volumes/${id}/usage${query}`, viewer)).json;

    it('has what the volume holds and how old the figure is', async () => {
      const { measuring: _, ...counted } = (await usage()) ?? {};
      expect(counted).toEqual({
        volumeId: id,
        usedBytes: expect.any(Number),
        files: 0,
        folders: 1,
        unreadable: 0,
        measuredAt: expect.stringMatching(/^\d{4}-/),
        ageSeconds: expect.any(Number),
        durationMs: expect.any(Number),
      });
    });

    it('counts anew when asked, and remembers otherwise', async () => {
      await usage();
      await writeFile(join(service.folder, 'new'), Buffer.alloc(500_000, 1));
      expect(await usage()).toMatchObject({ files: 0 });
      const renewed = await usage('?refresh=true');
      expect(renewed).toMatchObject({ files: 1, measuring: false });
      expect(renewed?.['usedBytes']).toBeGreaterThanOrEqual(500_000);
      expect(await usage('?refresh=false')).toMatchObject({ files: 1 });
    });

    it('refuses what it does not know', async () => {
      for (const query of ['refresh=perhaps', 'fresh=true']) {
        expect(await service.get(`/api/v1/volumes/${id}/usage?${query}`, viewer)).toMatchObject({
          status: 400,
          json: { code: 'VALIDATION_FAILED' },
        });
      }
    });
  });
});
