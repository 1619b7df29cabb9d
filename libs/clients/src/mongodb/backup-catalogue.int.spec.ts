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
});
