import { collectAll, startTestService, type TestService } from './test-service.ts';

describe('POST /monitor', () => {
  let service: TestService;
  let operator: string;

  beforeAll(async () => {
    service = await startTestService();
    operator = await service.key('operator');
  });
  afterAll(() => service.close());

  it('collects now', async () => {
    const before = new Date();
    const { status, json } = await collectAll(service);
    expect(status).toBe(200);
    expect(json).toMatchObject({ intervalSeconds: 30 });
    const collections = json?.['collections'] as { collector: string; up: boolean; collectedAt: string }[];
    expect(collections.map(({ collector, up }) => [collector, up])).toEqual([
      ['mongodb', true],
      ['mongodb-collections', true],
      ['redis-cache', true],
      ['redis-queue', true],
      ['elasticsearch', true],
    ]);
    for (const { collectedAt } of collections) expect(Date.parse(collectedAt)).toBeGreaterThanOrEqual(before.getTime());
  });

  it('sets the interval', async () => {
    const { status, json } = await service.call('POST', '/monitor', operator, { interval: 5 });
    expect([status, json?.['intervalSeconds']]).toEqual([200, 5]);
    expect((await service.call('GET', '/stats', operator)).json).toMatchObject({ intervalSeconds: 5 });
  });

  it.each([
    [{ intervall: 5 }, 'UNKNOWN_FIELD', '/intervall'],
    [{ interval: 4 }, 'MIN', '/interval'],
    [{ interval: 3601 }, 'MAX', '/interval'],
    [{ interval: 'often' }, 'IS_INT', '/interval'],
  ])('refuses %j', async (body, code, pointer) => {
    const { status, json } = await service.call('POST', '/monitor', operator, body);
    expect(status).toBe(400);
    expect(json).toMatchObject({ code: 'VALIDATION_FAILED' });
    expect(json?.['errors']).toEqual(expect.arrayContaining([expect.objectContaining({ code, pointer })]));
  });

  it('is for operators', async () => {
    expect(await service.call('POST', '/monitor')).toMatchObject({ status: 401, json: { code: 'UNAUTHENTICATED' } });
    expect(await service.call('POST', '/monitor', 'wrong')).toMatchObject({ status: 401 });
    const viewer = await service.key('viewer');
    expect(await service.call('POST', '/monitor', viewer)).toMatchObject({ status: 403, json: { code: 'FORBIDDEN' } });
  });
});
