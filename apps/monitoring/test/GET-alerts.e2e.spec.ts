import { collectAll, startTestService, type TestService } from './test-service.ts';

describe('GET /alerts', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService();
    await collectAll(service);
  });
  afterAll(() => service.close());

  it('lists what fires: nothing is down here', async () => {
    const { status, json } = await service.call('GET', '/alerts', await service.key('viewer'));
    expect(status).toBe(200);
    expect(json?.['evaluatedAt']).toMatch(/^\d{4}-/);
    const items = json?.['items'] as { rule: string; state: string }[];
    expect(items.filter(({ rule }) => rule === 'database_down')).toEqual([]);
    for (const { state } of items) expect(['pending', 'firing']).toContain(state);
  });

  it('wants a key', async () => {
    expect(await service.call('GET', '/alerts')).toMatchObject({ status: 401, json: { code: 'UNAUTHENTICATED' } });
  });
});
