import { type RetentionTestService, startRetentionService } from './retention-service.ts';

interface Preview {
  items: { backupId: string; reasons: string[] }[];
  page: { nextCursor: string | null };
}

describe('GET /api/v1/retention/preview', () => {
  let service: RetentionTestService;
  let ids: string[];

  beforeAll(async () => {
    service = await startRetentionService();
    const verified = { last_verified_at: new Date(), last_verified_level: 'plaintext' };
    ids = [await service.aged(1), await service.aged(20), await service.aged(30, verified), await service.aged(40)];
    await service.hold('PUT', ids[3] ?? '', { reason: 'audit of 2026' });
  });
  afterAll(() => service.close());

  it('says what would go, why what is kept is kept, and removes nothing', async () => {
    const { json } = await service.preview();
    expect(json).toMatchObject({ repository: 'default', isTried: false, kept: 3, removed: 1, policy: { days: 7 } });
    expect(json?.['items']).toMatchObject([
      { backupId: ids[0], keep: true, reasons: ['the last one', 'newer than 7 days'] },
      { backupId: ids[1], keep: false, reasons: ['no rule keeps it'] },
      { backupId: ids[2], keep: true, reasons: ['last verified'] },
      { backupId: ids[3], keep: true, reasons: ['held: audit of 2026'] },
    ]);
    expect(await service.catalogue.countDocuments()).toBe(4);
  });

  it('tries a policy', async () => {
    const { json } = await service.preview('?days=25&monthly=2');
    expect(json).toMatchObject({ isTried: true, policy: { days: 25, monthly: 2 }, removed: 0 });
    expect((json as unknown as Preview).items[1]?.reasons).toContain('newer than 25 days');
  });

  it('comes page by page', async () => {
    const found: string[] = [];
    for (let cursor = ''; ;) {
      const { items, page } = (await service.preview(`?limit=3${cursor}`)).json as unknown as Preview;
      found.push(...items.map(({ backupId }) => backupId));
      if (page.nextCursor === null) break;
      cursor = `&cursor=${page.nextCursor}`;
    }
    expect(found).toEqual(ids);
  });

  it('refuses wrong rules, unknown repositories and strange cursors', async () => {
    expect((await service.preview('?days=-1')).json).toMatchObject({ status: 400, errors: [{ pointer: '/days' }] });
    expect((await service.preview('?repository=none')).json).toMatchObject({ code: 'REPOSITORY_NOT_FOUND' });
    expect((await service.preview('?cursor=x')).json).toMatchObject({ status: 400, code: 'BAD_CURSOR' });
    expect((await service.call('GET', '/api/v1/retention/preview')).status).toBe(401);
  });
});
