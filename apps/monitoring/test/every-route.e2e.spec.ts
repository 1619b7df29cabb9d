import { routesOf, walkRoutes } from '../../../tests/setup/route-walk.ts';
import { startTestService, type TestService } from '../../../tests/setup/test-service.ts';
import { monitoring } from '../src/monitoring.ts';

describe('every route of monitoring, as the router has them', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startTestService(monitoring);
  });
  afterAll(() => service.close());

  it('refuses whoever has no key, the role below its least, and parameters that it does not know', async () => {
    expect(routesOf(service).length).toBeGreaterThan(8);
    expect(await walkRoutes(service)).toEqual([]);
  });
});
