import { createTestDatabase, type TestDatabase } from '@lucid/testing/engines';
import { BackupCatalogue } from './backup-catalogue.ts';

describe('the catalogue of backups', () => {
  let database: TestDatabase;
  let catalogue: BackupCatalogue;

  beforeAll(async () => {
    database = await createTestDatabase('catalogue');
    catalogue = new BackupCatalogue(database.db);
  });
  afterAll(() => database.close());

  it('shows a failed drill of one copy until that copy is drilled again, whatever another one did since', async () => {
    const _id = 'bkp_0000000000000001' as never;
    await database.db.collection('backups').insertOne({ _id, repository: 'default', repositories: ['default', 'far'] });
    const drilled = async (repository: string, hour: number, isOk: boolean): Promise<unknown> => {
      const last_drilled_at = new Date(Date.UTC(2026, 0, 1, hour));
      await catalogue.noteCopy(_id, repository, { last_drilled_at, last_drill_ok: isOk });
      return (await catalogue.find(_id))?.last_drill_ok;
    };
    expect(await drilled('far', 1, false)).toBe(false);
    expect(await drilled('default', 2, true)).toBe(false);
    expect(await drilled('far', 3, true)).toBe(true);
  });

  it('loses nothing of what is noted at one time about many copies', async () => {
    const _id = 'bkp_0000000000000002' as never;
    const names = Array.from({ length: 24 }, (_, number) => `r${number}`);
    // As an earlier version left it, which knew nothing of copies.
    const earlier = { repository: 'r0', last_verified_at: new Date(1), last_verified_level: 'manifest' };
    await database.db.collection('backups').insertOne({ _id, repositories: names, ...earlier });
    await Promise.all(
      names.flatMap((name, number) => [
        catalogue.noteCopy(_id, name, { last_drilled_at: new Date(1_000 + number), last_drill_ok: true }),
        catalogue.noteCopy(_id, name, { last_drill_seconds: number }),
        ...(number === 0
          ? []
          : [catalogue.noteCopy(_id, name, { last_verified_at: new Date(number), last_verified_level: 'ciphertext' })]),
      ]),
    );
    await Promise.all([catalogue.removeFrom(_id, 'r22'), catalogue.removeFrom(_id, 'r23')]);
    const found = await catalogue.find(_id);
    const copies = names.slice(0, 22).map((repository, number) => ({
      ...{ repository, last_drilled_at: new Date(1_000 + number), last_drill_ok: true, last_drill_seconds: number },
      last_verified_at: new Date(Math.max(1, number)),
      last_verified_level: number === 0 ? 'manifest' : 'ciphertext',
    }));
    expect(new Set(found?.copies)).toEqual(new Set(copies));
    expect(found).toMatchObject({
      ...{ last_verified_at: new Date(21), last_verified_level: 'ciphertext', last_drilled_at: new Date(1_021) },
      ...{ last_drill_ok: true, last_drill_seconds: 21, repositories: names.slice(0, 22) },
    });
    expect(Object.keys(found ?? {}).filter((name) => name.startsWith('newest'))).toEqual([]);
  });
});
