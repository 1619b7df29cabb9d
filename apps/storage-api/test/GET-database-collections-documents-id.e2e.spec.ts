import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { engineVariable } from '@lucid/testing/engines';
import { eventually } from '@lucid/testing/eventually';
import { startTestService, type Answer, type TestService } from '../../../tests/setup/test-service.ts';
import { storageApi } from '../src/storage-api.ts';

/** A way to the cache's Redis that can be cut, and later be there again. */
class CuttableLine {
  readonly sockets = new Set<Socket>();
  readonly server: Server;
  isCut = false;

  constructor(private readonly target: URL) {
    this.server = createServer((socket) => this.pass(socket));
  }

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    const through = new URL(this.target);
    through.port = String((this.server.address() as AddressInfo).port);
    return through.href;
  }

  cut(): void {
    this.isCut = true;
    for (const socket of this.sockets) socket.destroy();
  }

  close(): void {
    this.cut();
    this.server.close();
  }

  private pass(socket: Socket): void {
    if (this.isCut) return void socket.destroy();
    const onward = connect(Number(this.target.port), this.target.hostname);
    for (const one of [socket, onward]) {
      this.sockets.add(one);
      one.on('error', () => undefined).on('close', () => this.sockets.delete(one));
    }
    socket.pipe(onward).pipe(socket);
  }
}

describe('GET /api/v1/database/collections/{name}/documents/{id}', () => {
  const line = new CuttableLine(new URL(engineVariable('REDIS_URI')));
  let service: TestService;
  let key: string;

  beforeAll(async () => {
    service = await startTestService(storageApi, { REDIS_URI: await line.open() });
    key = await service.key('operator');
    await service.database.db.createCollection('plain');
  });
  afterAll(async () => {
    await service.close();
    line.close();
  });

  const call = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<Answer> =>
    service.call(method, path, { key, ...(body !== undefined && { body }), headers: { 'if-match': '*' } });
  const create = async (body: object): Promise<string> => {
    const made = await call('POST', '/api/v1/database/collections/plain/documents', body);
    return String(made.headers['location']);
  };

  it('is served from the cache, with the same bytes and ETag as from the database', async () => {
    const path = await create({ n: 1, at: { $date: '2025-01-09T02:00:00Z' } });
    const fresh = await service.call('GET', path, { key, headers: { 'cache-control': 'no-cache' } });
    const hit = await eventually('a hit', async () => {
      const answer = await call('GET', path);
      return answer.headers['cache-status'] === 'lucid; hit' && answer;
    });
    expect([hit.text, hit.headers['etag'], hit.headers['content-type']]).toEqual([
      ...[fresh.text, fresh.headers['etag'], fresh.headers['content-type']],
    ]);
    expect(
      (await service.call('GET', path, { key, headers: { 'if-none-match': String(hit.headers['etag']) } })).status,
    ).toBe(304);
  });

  it('leaves the cache when somebody writes to MongoDB directly', async () => {
    const path = await create({ n: 1 });
    await eventually('a hit', async () => (await call('GET', path)).headers['cache-status'] === 'lucid; hit');
    await service.database.db.collection('plain').updateMany({ n: 1 }, { $set: { n: 2 } });
    await eventually('the new value', async () => (await call('GET', path)).json?.['n'] === 2);
  });

  it('goes on without Redis, as writes do', async () => {
    const path = await create({ n: 1 });
    await eventually('a hit', async () => (await call('GET', path)).headers['cache-status'] === 'lucid; hit');
    line.cut();
    const read = await call('GET', path);
    expect([read.status, read.json]).toMatchObject([200, { n: 1 }]);
    expect(read.headers['cache-status']).toMatch(/^lucid; fwd=/);
    expect((await call('PUT', path, { n: 2 })).status).toBe(200);
    expect((await call('GET', path)).json).toMatchObject({ n: 2 });
    expect((await call('GET', await create({ n: 3 }))).json).toMatchObject({ n: 3 });
    expect((await call('DELETE', path)).status).toBe(204);
    expect((await call('GET', path)).status).toBe(404);
    line.isCut = false;
    const later = await create({ n: 4 });
    await eventually('a hit again', async () => (await call('GET', later)).headers['cache-status'] === 'lucid; hit');
    expect((await call('GET', path)).status).toBe(404);
  });
});
