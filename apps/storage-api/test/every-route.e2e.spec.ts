import { routesOf, walkRoutes } from '../../../tests/setup/route-walk.ts';
import { startTestService, type TestService } from '../../../tests/setup/test-service.ts';
import { storageApi } from '../src/storage-api.ts';

describe('every route of storage-api, as the router has them', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startTestService(storageApi);
  });
  afterAll(() => service.close());

  it('refuses whoever has no key, the role below its least, and parameters that it does not know', async () => {
    expect(routesOf(service).length).toBeGreaterThan(30);
    expect(await walkRoutes(service)).toEqual([]);
  });
});
