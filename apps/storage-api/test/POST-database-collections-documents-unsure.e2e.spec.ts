import type { Document } from 'mongodb';
import { startSingleMemberSet, type SingleMemberSet } from '../../../tests/setup/single-member-set.ts';
import { startTestService, type Answer, type TestService } from '../../../tests/setup/test-service.ts';
import { storageApi } from '../src/storage-api.ts';

const PATH = '/api/v1/database/collections/receipts/documents';

// The server's own fail points: https://github.com/mongodb/mongo/wiki/The-%22failCommand%22-fail-point
describe('POST /api/v1/database/collections/{name}/documents, where MongoDB leaves in doubt what it stored', () => {
  let set: SingleMemberSet;
  let service: TestService;
  let key: string;

  beforeAll(async () => {
    set = await startSingleMemberSet();
    service = await startTestService(storageApi, { MONGODB_URI: set.uri });
    key = await service.key('operator');
    await service.database.db.createCollection('receipts');
  });
  afterAll(async () => {
    await service.close();
    await set.stop();
  });
  beforeEach(() => service.database.db.collection('receipts').deleteMany({}));
  afterEach(async () => {
    const { count } = await failPoint({ mode: 'off' });
    expect(count).toBeGreaterThan(metBefore);
  });

  let metBefore: number;
  const failPoint = (command: object): Promise<Document> =>
    set.client.db('admin').command({ configureFailPoint: 'failCommand', ...command });

  async function failOnce(how: object): Promise<void> {
    const data = { failCommands: ['insert'], namespace: `${service.database.name}.receipts`, ...how };
    ({ count: metBefore } = await failPoint({ mode: { times: 1 }, data }));
  }

  const insert = (number: number): Promise<Answer> => service.call('POST', PATH, { key, body: { _id: number } });
  const stored = (): Promise<number> => service.database.db.collection('receipts').countDocuments();

  it('sends it again where the connection broke', async () => {
    await failOnce({ closeConnection: true });
    expect((await insert(1)).status).toBe(201);
    expect(await stored()).toBe(1);
  });

  it('stores it once where the server had it, and then went away', async () => {
    await failOnce({ writeConcernError: { code: 91, errmsg: 'in shutdown', errorLabels: ['RetryableWriteError'] } });
    expect((await insert(1)).status).toBe(201);
    expect(await stored()).toBe(1);
  });

  it('answers all that were under way when one of them took the connections along', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, number) => insert(-number - 1))); // connections to lose
    await failOnce({ closeConnection: true });
    const answers = await Promise.all(Array.from({ length: 200 }, (_, number) => insert(number)));
    expect(answers.filter(({ status }) => status !== 201).map(({ json }) => json)).toEqual([]);
    expect(await stored()).toBe(220);
  });

  it('does not call stored what the majority has not confirmed', async () => {
    const waited = { code: 64, codeName: 'WriteConcernFailed', errmsg: 'timed out', errInfo: { wtimeout: true } };
    await failOnce({ writeConcernError: waited });
    const answer = await insert(1);
    expect([answer.status, answer.json]).toEqual([504, expect.objectContaining({ retryable: true })]);
  });
});
