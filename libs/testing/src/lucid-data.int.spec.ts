import { initializeDatabase } from '@lucid/clients/mongodb/initializer/initialize-database';
import { allModels } from '@lucid/models/all-models';
import { createTestDatabase, type TestDatabase } from './engines.ts';
import { loadLucidData } from './lucid-data.ts';

describe('loadLucidData', () => {
  let test: TestDatabase;

  beforeAll(async () => {
    test = await createTestDatabase('lucid_data');
  });
  afterAll(() => test.close());

  it('loads documents that satisfy every model and every unique index', async () => {
    const models = allModels();
    const options = { models, database: test.name, controlDatabase: test.sibling('lucid_data_control') };
    await initializeDatabase(test.client, options);
    const counts = await loadLucidData(test.client, test.name, { sizeBytes: 3e6 });
    for (const [name, count] of Object.entries(counts)) {
      const collection = test.db.collection(name);
      expect(await collection.countDocuments()).toBe(count);
      const validator = models.find((model) => model.collection === name)?.validator;
      expect(validator).toBeDefined();
      expect(await collection.countDocuments({ $nor: [{ $jsonSchema: validator }] })).toBe(0);
      expect(await collection.countDocuments({ $nor: [{ $jsonSchema: { required: ['nothing'] } }] })).toBe(count);
    }
  });
});
