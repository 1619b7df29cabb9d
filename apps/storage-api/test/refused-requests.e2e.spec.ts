import { once } from 'node:events';
import { connect } from 'node:net';
import { TOKENS } from '@lucid/service-kit/tokens';
import type { Db } from 'mongodb';
import { startTestService, type TestService } from '../../../tests/setup/test-service.ts';
import { storageApi } from '../src/storage-api.ts';

const CREATE = '/api/v1/backups/create';

describe('what every route refuses in the same way', () => {
  let service: TestService;
  let key: string;

  beforeAll(async () => {
    service = await startTestService(storageApi);
    key = await service.key('admin');
  });
  afterAll(() => service.close());

  const problem = async (...[method, path, options]: Parameters<TestService['call']>) => {
    const answer = await service.call(method, path, { key, ...options });
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(answer.json).toMatchObject({ status: answer.status, instance: path.split('?')[0] });
    return answer;
  };

  it('an address that is none: 404; a method that an address does not have: 405 with Allow', async () => {
    const none = await problem('GET', '/api/v1/none');
    expect(none.json).toMatchObject({ status: 404, code: 'NOT_FOUND', detail: expect.stringContaining('/docs') });
    const wrong = await problem('PUT', '/api/v1/jobs/job_1', { body: {} });
    expect([wrong.status, wrong.json?.['code']]).toEqual([405, 'METHOD_NOT_ALLOWED']);
    expect(wrong.headers['allow']).toBe('DELETE, GET, HEAD');
    expect((await problem('DELETE', '/health/live')).headers['allow']).toBe('GET, HEAD');
  });

  it('a part of the address over 1,024 characters: 414; one that cannot be decoded: 400', async () => {
    expect((await problem('GET', `/api/v1/jobs/${'x'.repeat(1025)}`)).json).toMatchObject({ code: 'ADDRESS_TOO_LONG' });
    expect((await problem('GET', `/api/v1/jobs/${'x'.repeat(1024)}`)).json).toMatchObject({ code: 'JOB_NOT_FOUND' });
    const broken = await problem('GET', '/api/v1/jobs/%ff');
    expect(broken.json).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
    expect(broken.json?.['correlationId']).toMatch(/^[\w-]+$/);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/xml', 'nonsense'])(
    'a body of the type %s: 415',
    async (type) => {
      const answer = await problem('POST', CREATE, { body: 'database=x', headers: { 'content-type': type } });
      const detail = 'send Content-Type: application/json';
      expect(answer.json).toMatchObject({ status: 415, code: 'UNSUPPORTED_MEDIA_TYPE', detail });
    },
  );

  it.each([
    ['null', 'null'],
    ['a number', '1'],
    ['text', '"x"'],
    ['nothing', ''],
    ['what is cut off', '{"database":'],
    ['5,000 levels', `{"database":${'['.repeat(5_000)}${']'.repeat(5_000)}}`],
    ['a prototype', '{"__proto__":{"database":"x"}}'],
  ])('a body that is %s: 400, and no job', async (_what, body) => {
    const answer = await problem('POST', CREATE, { body, headers: { 'content-type': 'application/json' } });
    expect(answer.json).toMatchObject({ status: 400, code: 'MALFORMED_BODY' });
    expect(await service.app.get<Db>(TOKENS.CONTROL_DATABASE).collection('jobs').countDocuments()).toBe(0);
  });

  it('a body that is an array: 400; one over the limit: 413', async () => {
    expect((await problem('POST', CREATE, { body: [] })).json).toMatchObject({
      status: 400,
      code: 'VALIDATION_FAILED',
    });
    const large = await problem('POST', CREATE, { body: { label: 'x'.repeat(1024 * 1024) } });
    expect(large.json).toMatchObject({ status: 413, code: 'PAYLOAD_TOO_LARGE' });
  });

  it.each([
    ['/api/v1/jobs?limit=abc', ['IS_INT']],
    ['/api/v1/jobs?limit=0', ['MIN']],
    ['/api/v1/jobs?limit=1001', ['MAX']],
    ['/api/v1/jobs?limit=1&limit=2', ['IS_INT']],
    ['/api/v1/jobs?none=1', ['UNKNOWN_FIELD']],
  ])('%s: 400 with one message a mistake', async (path, codes) => {
    const { json } = await problem('GET', path);
    expect((json?.['errors'] as { code: string }[]).map(({ code }) => code)).toEqual(codes);
  });

  it('as many jobs as were asked for', async () => {
    expect((await service.call('GET', '/api/v1/jobs?limit=1000', { key })).json).toMatchObject({
      page: { limit: 1000 },
    });
  });

  it('what is no request at all, or has headers without end, is answered with a problem too', async () => {
    await service.app.listen(0, '127.0.0.1');
    const { port } = new URL(await service.app.getUrl());
    const send = async (text: string): Promise<string> => {
      const socket = connect(Number(port), '127.0.0.1');
      const chunks: Buffer[] = [];
      // The server may cut the connection when it has answered: it does not read the rest.
      socket.on('error', () => undefined).on('data', (chunk) => chunks.push(chunk));
      socket.write(text);
      await once(socket, 'close');
      return Buffer.concat(chunks).toString();
    };
    const long = await send(`GET /api/v1/jobs HTTP/1.1\r\nhost: x\r\nx-long: ${'x'.repeat(70_000)}\r\n\r\n`);
    expect(long).toMatch(/^HTTP\/1\.1 431 [\s\S]*application\/problem\+json[\s\S]*"code":"HEADERS_TOO_LARGE"/);
    const broken = await send('this is no HTTP\r\n\r\n');
    expect(broken).toMatch(/^HTTP\/1\.1 400 [\s\S]*"code":"VALIDATION_FAILED"/);
    // Addresses up to that length are read.
    const filter = encodeURIComponent('ä'.repeat(8_000));
    const read = await fetch(`http://127.0.0.1:${port}/api/v1/jobs?name=${filter}`, {
      headers: { authorization: `Bearer ${key}` },
    });
    expect(read.status).toBe(400);
  });

  it('says in the problem where its code is explained, without a key', async () => {
    const refused = await service.call('GET', '/api/v1/jobs');
    const type = String(refused.json?.['type']);
    expect(type).toBe('/problems/UNAUTHENTICATED');
    const explained = await service.call('GET', type);
    expect(explained.json).toMatchObject({ code: 'UNAUTHENTICATED', status: 401, remedy: expect.any(String) });
    expect((await service.call('GET', '/problems/constructor')).status).toBe(404);
    // Not every refusal of this code is one of the role.
    const forbidden = await service.call('GET', '/problems/FORBIDDEN');
    expect(forbidden.json).toMatchObject({ remedy: expect.stringContaining('where it names none') });
  });
});
