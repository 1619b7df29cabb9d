import { eventually } from '@lucid/testing/eventually';
import { startTestService, type TestService } from './test-service.ts';

describe('GET /metrics of volume-manager', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ VOLUME_MAX_SIZE_GB: '3' });
  });
  afterAll(() => service.close());

  it('has quota, allocated and used of the volume, without a key', async () => {
    const page = await eventually('the first count', async () => {
      const { text } = await service.get('/metrics');
      return text.includes('volume_used_bytes{') ? text : undefined;
    });
    const valueOf = (name: string) => Number(new RegExp(`^${name}\\{.*\\} (.*)$`, 'm').exec(page)?.[1]);
    expect(valueOf('volume_up')).toBe(1);
    expect(valueOf('volume_quota_bytes')).toBe(3e9);
    expect(valueOf('volume_allocated_bytes')).toBeGreaterThan(0);
    expect(valueOf('volume_used_bytes')).toBeGreaterThanOrEqual(0);
    expect(valueOf('volume_file_system_bytes')).toBeGreaterThan(valueOf('volume_allocated_bytes') - 1);
  });
});
