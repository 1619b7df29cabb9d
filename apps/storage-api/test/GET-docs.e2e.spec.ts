import { startTestService, type TestService } from '../../../tests/setup/test-service.ts';
import { storageApi } from '../src/storage-api.ts';

let service: TestService;

beforeAll(async () => {
  service = await startTestService(storageApi);
});
afterAll(() => service.close());

describe('the OpenAPI document and its page', () => {
  it.each(['/docs', '/docs/', '/openapi.json', '/openapi.yaml', '/docs/swagger-ui-init.js'])(
    '%s needs a key',
    async (path) => {
      expect((await service.call('GET', path)).status).toBe(401);
      expect((await service.call('GET', path, { key: await service.key('viewer') })).status).toBe(200);
    },
  );

  it('asks a browser for the key, as a password, and takes it', async () => {
    const refused = await service.call('GET', '/docs');
    expect(refused.headers['www-authenticate']).toMatch(/^Basic /);
    const basic = Buffer.from(`anybody:${await service.key('viewer')}`).toString('base64');
    const headers = { authorization: `Basic ${basic}` };
    expect((await service.call('GET', '/docs', { headers })).status).toBe(200);
    // Only there: what a browser sends by itself must not act.
    expect((await service.call('GET', '/api/v1/jobs', { headers })).status).toBe(401);
  });

  it.each(['/%64ocs', '/openapi%2ejson', '/openapi%2Eyaml', '/%64ocs/swagger-ui-init.js', '/docs?x'])(
    '%s is no way around it',
    async (path) => {
      expect((await service.call('GET', path)).status).toBe(401);
    },
  );
});
