import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from '@lucid/testing/eventually';
import { startTestService, type TestService } from '../../../tests/setup/test-service.ts';
import { storageApi } from '../src/storage-api.ts';

interface SentEvent {
  id?: string;
  event?: string;
  data?: Record<string, unknown>;
}

const BASE = '/api/v1/database/collections';
const MAX_STREAMS = 4;

describe('streams of documents', () => {
  let service: TestService;
  let key: string;
  let port: number;
  const calls: ClientRequest[] = [];

  beforeAll(async () => {
    service = await startTestService(storageApi, {
      DOCUMENTS_MAX_STREAMS: String(MAX_STREAMS),
      DOCUMENTS_SCAN_LIMIT: '1000',
    });
    key = await service.key('viewer');
    await service.app.listen(0, '127.0.0.1');
    port = (service.app.getHttpServer().address() as AddressInfo).port;
    await service.database.db.createCollection('watched');
    await service.database.db.createCollection('seen', { viewOn: 'watched', pipeline: [] });
    const rows = Array.from({ length: 30_000 }, (_, n) => ({ n, even: n % 2 === 0, text: 'x'.repeat(500) }));
    await service.database.db.collection('rows').insertMany(rows);
    await service.database.db.collection('rows').createIndex({ n: 1 });
  });
  afterEach(async () => {
    for (const call of calls.splice(0)) call.destroy();
    await eventually('no feed is left', async () => (await openCursors('watched')) === 0);
  });
  afterAll(() => service.close());

  const open = (path: string, headers: Record<string, string> = {}): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const call = request({ port, path: `${BASE}${path}`, headers: { 'x-api-key': key, ...headers } }, resolve);
      calls.push(call);
      call.on('error', reject).end();
    });
  const openCursors = async (name: string): Promise<number> => {
    const admin = service.database.client.db('admin');
    const stages = [
      { $currentOp: { allUsers: true, idleCursors: true } },
      { $match: { ns: `${service.database.name}.${name}` } },
    ];
    const found = await admin.aggregate([...stages, { $match: { 'cursor.cursorId': { $exists: true } } }]).toArray();
    return found.length;
  };

  /** Follows a feed and keeps what comes. */
  const follow = async (path: string, headers: Record<string, string> = {}) => {
    const answer = await open(path, headers);
    const events: SentEvent[] = [];
    const state = { ended: false, text: '' };
    answer.setEncoding('utf8').on('data', (text: string) => {
      const blocks = (state.text + text).split('\n\n');
      state.text = blocks.pop() ?? '';
      events.push(...blocks.map(parse).filter(({ event }) => event !== undefined && event !== 'heartbeat'));
    });
    answer.on('close', () => (state.ended = true)).on('error', () => undefined);
    const next = (count: number): Promise<SentEvent[]> =>
      eventually(`${count} events`, () => events.length >= count && events);
    return { answer, events, next, end: () => eventually('the end', () => state.ended) };
  };

  function parse(block: string): SentEvent {
    const fields = Object.fromEntries(
      block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
    );
    return {
      ...fields,
      ...(fields['data'] !== undefined && { data: JSON.parse(fields['data']) as Record<string, unknown> }),
    };
  }

  describe('GET …/documents/changes', () => {
    it('tells what happens, in Extended JSON, and goes on after an event', async () => {
      const watched = service.database.db.collection<{ _id: string; n?: number; at?: Date }>('watched');
      const feed = await follow('/watched/documents/changes?fullDocument=true');
      expect(feed.answer.headers['content-type']).toContain('text/event-stream');
      await watched.insertOne({ _id: 'a', at: new Date(0) });
      await watched.updateOne({ _id: 'a' }, { $set: { n: 1 }, $unset: { at: '' } });
      await watched.deleteOne({ _id: 'a' });
      const [inserted, updated, removed] = await feed.next(3);
      expect(inserted).toMatchObject({
        event: 'change',
        data: { operation: 'insert', id: 'a', document: { _id: 'a', at: { $date: '1970-01-01T00:00:00Z' } } },
      });
      expect(updated?.data).toMatchObject({ operation: 'update', update: { set: { n: 1 }, removed: ['at'] } });
      expect(removed?.data).toMatchObject({ operation: 'delete', id: 'a', clusterTime: { $timestamp: {} } });
      const again = await follow('/watched/documents/changes', { 'last-event-id': String(inserted?.id) });
      expect((await again.next(2)).map(({ data }) => data?.['operation'])).toEqual(['update', 'delete']);
    });

    it('gives no id before what it stands for: who leaves after it misses nothing', async () => {
      const watched = service.database.db.collection<{ _id: string }>('watched');
      const feed = await follow('/watched/documents/changes');
      for (const _id of ['first', 'second']) await watched.insertOne({ _id });
      const [first, second] = await feed.next(2);
      const again = await open('/watched/documents/changes', { 'last-event-id': String(first?.id) });
      let text = '';
      again.setEncoding('utf8').on('data', (some: string) => (text += some));
      again.on('error', () => undefined);
      const block = await eventually('an id', () => text.split('\n\n').find((one) => /^id: .*\n.*\ndata: /.test(one)));
      expect(parse(block)).toMatchObject({ event: 'change', id: second?.id, data: { id: 'second' } });
    });

    it('lets through only the operations asked for', async () => {
      const feed = await follow('/watched/documents/changes?operations=delete,replace');
      const watched = service.database.db.collection<{ _id: string; n?: number; at?: Date }>('watched');
      await watched.insertOne({ _id: 'b' });
      await watched.replaceOne({ _id: 'b' }, { n: 2 });
      await watched.deleteOne({ _id: 'b' });
      expect((await feed.next(2)).map(({ data }) => data?.['operation'])).toEqual(['replace', 'delete']);
    });

    it('says that a collection is gone, and ends', async () => {
      await service.database.db.createCollection('doomed');
      const feed = await follow('/doomed/documents/changes?operations=insert');
      await service.database.db.dropCollection('doomed');
      expect(await feed.next(1)).toMatchObject([{ event: 'invalidate' }]);
      await feed.end();
    });

    it('answers 410 where the oplog does not reach back, and 400 to what is no event of it', async () => {
      // The token of a time long ago: type 0x82, then seconds and increment, as every token begins.
      const feed = await follow('/watched/documents/changes');
      await service.database.db.collection<{ _id: string; n?: number; at?: Date }>('watched').insertOne({ _id: 'c' });
      const [event] = await feed.next(1);
      const old = `82${'00000001'}${String(event?.id).slice(10)}`;
      const lost = await service.call('GET', `${BASE}/watched/documents/changes`, {
        key,
        headers: { 'last-event-id': old },
      });
      expect(lost.json).toMatchObject({ status: 410, code: 'CHANGE_HISTORY_LOST' });
      for (const id of ['nonsense', 'ABCD', '82'])
        expect(
          (await service.call('GET', `${BASE}/watched/documents/changes`, { key, headers: { 'last-event-id': id } }))
            .json,
        ).toMatchObject({ status: 400, code: 'BAD_CURSOR' });
    });

    it('closes its cursor when the client goes, and keeps the number of feeds', async () => {
      const feeds = [];
      for (let index = 0; index < MAX_STREAMS; index += 1) {
        feeds.push(
          await eventually('a free feed', async () => {
            const feed = await follow('/watched/documents/changes');
            return feed.answer.statusCode === 200 && feed;
          }),
        );
      }
      const refused = await service.call('GET', `${BASE}/watched/documents/changes`, { key });
      expect(refused.json).toMatchObject({ status: 429, code: 'TOO_MANY_REQUESTS' });
      expect(refused.headers['retry-after']).toBe('10');
      for (const call of calls.splice(0)) call.destroy();
      await eventually('no cursor is left', async () => (await openCursors('watched')) === 0);
      const isFree = async () => (await follow('/watched/documents/changes')).answer.statusCode === 200;
      expect(await eventually('a free feed', isFree)).toBe(true);
    });

    it('keeps no place for clients that left before the answer began', async () => {
      for (let round = 0; round < MAX_STREAMS + 2; round += 1) {
        for (const kind of ['changes', 'export']) {
          const call = request({ port, path: `${BASE}/watched/documents/${kind}`, headers: { 'x-api-key': key } });
          call.on('error', () => undefined).end(() => setTimeout(() => call.destroy(), round));
          await new Promise((resolve) => call.once('close', resolve));
        }
      }
      const areFree = async (): Promise<boolean> => {
        const answers = await Promise.all(
          Array.from({ length: MAX_STREAMS }, () => open('/watched/documents/changes')),
        );
        for (const call of calls.splice(0)) call.destroy();
        return answers.every(({ statusCode }) => statusCode === 200);
      };
      // What one try takes is free again only after a while.
      await eventually('every place is free', areFree, { intervalMs: 3_000 });
    });

    it('refuses views, missing collections, unknown operations and callers', async () => {
      const get = (path: string, as?: string) =>
        service.call('GET', `${BASE}${path}`, as === undefined ? {} : { key: as });
      expect((await get('/seen/documents/changes', key)).json).toMatchObject({ status: 409 });
      expect((await get('/nowhere/documents/changes', key)).json).toMatchObject({ code: 'COLLECTION_NOT_FOUND' });
      expect((await get('/watched/documents/changes?operations=all', key)).json).toMatchObject({
        code: 'VALIDATION_FAILED',
      });
      expect((await get('/watched/documents/changes')).status).toBe(401);
    });
  });

  describe('GET …/documents/export', () => {
    const get = async (query: string) => {
      const answer = await open(`/rows/documents/export${query}`);
      const parts: Buffer[] = [];
      for await (const part of answer) parts.push(part as Buffer);
      const text = Buffer.concat(parts).toString('utf8');
      return { status: answer.statusCode, headers: answer.headers, text };
    };

    it('gives each document a line', async () => {
      const answer = await get('?filter={"n":{"$lt":25000}}&fields=n&sort=-n');
      expect(answer.headers['content-type']).toContain('application/x-ndjson');
      const lines = answer.text.trimEnd().split('\n');
      expect(lines).toHaveLength(25_000);
      expect(JSON.parse(lines[0] ?? '')).toEqual({ _id: { $oid: expect.any(String) }, n: 24_999 });
      expect(answer.text.endsWith('}\n')).toBe(true);
    });

    it('waits for a slow client, and closes its cursor when he goes', async () => {
      const answer = await open('/rows/documents/export');
      await new Promise((resolve) => answer.once('readable', resolve));
      answer.read(1);
      expect(await eventually('a cursor that waits', async () => (await openCursors('rows')) > 0)).toBe(true);
      answer.destroy();
      await eventually('no cursor is left', async () => (await openCursors('rows')) === 0);
    });

    it('shows an error on the way as its last line, and cuts the connection', async () => {
      const answer = await open('/rows/documents/export');
      let text = '';
      const read = async (): Promise<void> => {
        for await (const part of answer.setEncoding('utf8')) {
          if (text === '') await service.database.db.collection('rows').rename('moved');
          text += String(part);
        }
      };
      await expect(read()).rejects.toThrow('aborted');
      await service.database.db.collection('moved').rename('rows');
      const last = text.trimEnd().split('\n').at(-1) ?? '';
      expect(JSON.parse(last)).toMatchObject({ $error: { code: expect.any(String), detail: expect.any(String) } });
    });

    it('refuses scans of a part, bad filters, missing collections and callers', async () => {
      expect((await get('?filter={"even":true}')).text).toContain('QUERY_NOT_INDEXED');
      expect((await get('?filter={"even":true}&allowScan=true')).status).toBe(200);
      expect((await get('?filter={"$where":"1"}')).text).toContain('FILTER_INVALID');
      const missing = await service.call('GET', `${BASE}/nowhere/documents/export`, { key });
      expect(missing.json).toMatchObject({ code: 'COLLECTION_NOT_FOUND' });
      expect((await service.call('GET', `${BASE}/rows/documents/export`)).status).toBe(401);
    });
  });
});
