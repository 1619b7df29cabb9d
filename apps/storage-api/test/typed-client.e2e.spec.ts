import { ServiceProblem } from '@lucid/clients/services/service-problem';
import { createStorageApiClient, type StorageApiClient } from '@lucid/clients/services/storage-api-client';
import { startTestService, type TestService } from '../../../tests/setup/test-service.ts';
import { storageApi } from '../src/storage-api.ts';

describe('the typed client, over HTTP', () => {
  let service: TestService;
  let client: StorageApiClient;

  beforeAll(async () => {
    service = await startTestService(storageApi);
    await service.app.listen(0, '127.0.0.1');
    client = createStorageApiClient({ baseUrl: await service.app.getUrl(), apiKey: await service.key('admin') });
  });
  afterAll(() => service.close());

  it('makes, lists and revokes a key', async () => {
    const made = await client.rest.POST('/api/v1/access/keys', { body: { name: 'of the client', role: 'viewer' } });
    expect(made.data?.key).toMatch(/^lucid_/);
    const listed = await client.rest.GET('/api/v1/access/keys', { params: { query: { limit: 100 } } });
    expect(listed.data?.items.map(({ name }) => name)).toContain('of the client');
    const id = made.data?.id ?? '';
    const revoked = await client.rest.DELETE('/api/v1/access/keys/{id}', { params: { path: { id } } });
    expect(revoked.data?.revokedAt).toEqual(expect.any(String));
  });

  it('throws what is refused, as the service threw it', async () => {
    const refused = client.rest.GET('/api/v1/backups/{id}', { params: { path: { id: 'bkp_none' } } });
    const problem = await refused.catch((error: unknown) => error);
    expect(problem).toBeInstanceOf(ServiceProblem);
    expect(problem).toMatchObject({ code: 'BACKUP_NOT_FOUND', status: 404, correlationId: expect.any(String) });
    const stranger = createStorageApiClient({ baseUrl: await service.app.getUrl(), apiKey: 'lucid_nobody' });
    await expect(stranger.rest.GET('/api/v1/jobs')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('waits for a job until it has ended; asking twice with one key is asking once', async () => {
    const ask = () =>
      client.rest.POST('/api/v1/backups/create', {
        params: { header: { 'Idempotency-Key': 'typed-client' } },
        body: { label: 'never made' },
      });
    const [first, second] = [(await ask()).data, (await ask()).data];
    expect(second?.id).toBe(first?.id);
    const id = first?.id ?? '';
    const states: string[] = [];
    // No worker of backup-service is there: it waits, until it is cancelled.
    const waiting = client.waitForJob(id, { everyMs: 20, onProgress: ({ state }) => states.push(state) });
    await client.rest.DELETE('/api/v1/jobs/{id}', { params: { path: { id } } });
    expect((await waiting).error?.code).toBe('JOB_CANCELLED');
    expect(states.at(-1)).toBe('cancelled');
  });
});
