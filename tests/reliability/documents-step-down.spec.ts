import { eventually } from '@lucid/testing/eventually';
import { startOwnEngines } from '../system/own-engines.ts';
import { API_KEY, startSuite, type Suite } from '../system/suite.ts';
import type { RunningEngines } from '../../scripts/engines/engines.ts';

const PATH = '/api/v1/database/collections/written/documents';
/** How long the old primary may not be elected again. */
const AWAY_SECONDS = 5;
const STEP_DOWNS = 2;

interface Sent {
  status: number;
  text: string;
  location: string;
}

describe('the primary steps down while documents are written', () => {
  let engines: RunningEngines;
  let suite: Suite;

  beforeAll(async () => {
    engines = await startOwnEngines({ only: ['mongodb'] });
    suite = await startSuite(['storage-api'], engines.env);
    await suite.mongo.db(suite.database).createCollection('written');
  });
  afterAll(async () => {
    await suite.stop();
    await engines.stop();
  });

  async function send(method: string, path: string, body: unknown, type = 'application/json'): Promise<Sent> {
    const headers = { authorization: `Bearer ${API_KEY}`, 'content-type': type, 'if-match': '*' };
    const response = await fetch(suite.process('storage-api').url + path, {
      method,
      headers,
      body: JSON.stringify(body),
    });
    return { status: response.status, text: await response.text(), location: response.headers.get('location') ?? '' };
  }

  async function stepDown(): Promise<void> {
    const admin = suite.mongo.db('admin');
    const primary = async (): Promise<unknown> =>
      (await admin.command({ hello: 1 }, { readPreference: 'primary' }))['primary'];
    const former = await primary();
    // A member that steps down may close the connection instead of answering.
    await admin.command({ replSetStepDown: AWAY_SECONDS, secondaryCatchUpPeriodSecs: 4 }).catch(() => undefined);
    await eventually('another primary', async () => (await primary()) !== former, { timeoutMs: 60_000 });
  }

  it('and no caller notices: each write is there once', async () => {
    const state = { isOver: false, stored: 0, changed: 0 };
    const refused: Sent[] = [];
    const expectOk = (sent: Sent): Sent => {
      if (sent.status !== 200 && sent.status !== 201) refused.push(sent);
      return sent;
    };
    const single = async (): Promise<void> => {
      const { location } = expectOk(await send('POST', PATH, { n: 0 }));
      state.stored += 1;
      expectOk(await send('PUT', location, { n: 1 }));
      const patched = expectOk(await send('PATCH', location, { n: 2 }, 'application/merge-patch+json'));
      if (patched.text.includes('"n":2')) state.changed += 1;
    };
    const bulk = (more: object) => async (): Promise<void> => {
      const documents = Array.from({ length: 50 }, () => ({ n: 2 }));
      expectOk(await send('POST', PATH, { documents, ...more }));
      state.stored += documents.length;
      state.changed += documents.length;
    };
    const forever = async (write: () => Promise<void>): Promise<void> => {
      while (!state.isOver) await write();
    };
    const writers = [single, single, bulk({}), bulk({ atomic: true }), bulk({ ordered: false })].map(forever);
    for (let count = 0; count < STEP_DOWNS; count += 1) {
      const before = state.stored;
      await eventually('some writes', () => state.stored > before + 500);
      await stepDown();
    }
    state.isOver = true;
    await Promise.all(writers);
    expect(refused).toEqual([]);
    const written = suite.mongo.db(suite.database).collection('written');
    expect(await written.countDocuments()).toBe(state.stored);
    expect(await written.countDocuments({ n: 2 })).toBe(state.changed);
    expect(state.changed).toBe(state.stored);
  });
});
