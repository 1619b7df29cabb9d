import { readFile } from 'node:fs/promises';
import { eventually } from '@lucid/testing/eventually';
import { fillDatabase, mongodProgram } from '../src/interchange/interchange.fixture.ts';
import { type BackupTestService, startBackupService } from './interchange-service.ts';

describe('GET /metrics of backup-service', () => {
  let service: BackupTestService;

  beforeAll(async () => {
    service = await startBackupService({ BACKUP_DRILL_MONGOD: await mongodProgram() });
  });
  afterAll(() => service.close());

  const page = async (): Promise<string> => (await service.call('GET', '/metrics')).text;

  function valueOf(text: string, name: string, ...labels: string[]): number {
    const line = text
      .split('\n')
      .find((one) => new RegExp(`^${name}[{ ]`).test(one) && labels.every((label) => one.includes(label)));
    return line === undefined ? NaN : Number(line.split(' ').at(-1));
  }

  it('says never before there is anything, for every engine', async () => {
    const text = await page();
    for (const engine of ['mongodb', 'redis', 'elasticsearch']) {
      const labels = [`engine="${engine}"`, 'repository="default"'];
      expect(valueOf(text, 'lucid_backup_last_success_timestamp_seconds', ...labels)).toBe(0);
      expect(valueOf(text, 'lucid_backup_rto_seconds', `engine="${engine}"`)).toBe(0);
      expect(valueOf(text, 'lucid_backup_rpo_seconds', `engine="${engine}"`)).toBeGreaterThan(1.7e9);
    }
    expect(valueOf(text, 'lucid_backup_last_verified_timestamp_seconds')).toBe(0);
    expect(valueOf(text, 'lucid_backup_last_drill_timestamp_seconds')).toBe(0);
    expect(valueOf(text, 'lucid_backup_last_drill_success')).toBe(0);
    expect(valueOf(text, 'lucid_backup_duration_seconds')).toBe(0);
    for (const kind of ['plain', 'stored']) expect(valueOf(text, 'lucid_backup_bytes_total', `kind="${kind}"`)).toBe(0);
  });

  it('has every figure that the alerts ask for', async () => {
    const rules = await readFile(new URL('../../../configs/prometheus/rules/backup.yml', import.meta.url), 'utf8');
    const asked = new Set(rules.match(/\blucid_backup_\w+/g));
    expect(asked.size).toBeGreaterThan(5);
    const text = await page();
    for (const name of asked) expect([name, text.includes(`# TYPE ${name} `)]).toEqual([name, true]);
  });

  it('follows backup, verification and drill', async () => {
    const database = service.database.sibling('shop');
    await fillDatabase(service.database.client.db(database));
    const id = await service.backup(database);
    // One of all databases, which alone counts, would take long on a shared server.
    const marked = { _id: id as never, is_partial: true };
    const { matchedCount } = await service.database.db
      .collection('backups')
      .updateOne(marked, { $set: { is_partial: false } });
    expect(matchedCount).toBe(1);
    await service.run(`/api/v1/backups/${id}/verify`, { level: 'manifest' });
    const drill = await service.run(`/api/v1/backups/${id}/drills`, {});
    const seconds = Number(drill.result?.['restoreSeconds']);
    const text = await eventually('renewed figures', async () => {
      const found = await page();
      return valueOf(found, 'lucid_backup_last_drill_success') === 1 ? found : undefined;
    });
    const now = Date.now() / 1000;
    for (const name of ['last_success', 'last_verified', 'last_drill']) {
      const age = now - valueOf(text, `lucid_backup_${name}_timestamp_seconds`);
      expect([name, age >= 0 && age < 600]).toEqual([name, true]);
    }
    expect(valueOf(text, 'lucid_backup_rpo_seconds', 'engine="mongodb"')).toBeLessThan(600);
    expect(valueOf(text, 'lucid_backup_rpo_seconds', 'engine="redis"')).toBeGreaterThan(1.7e9);
    expect(valueOf(text, 'lucid_backup_rto_seconds', 'engine="mongodb"')).toBeCloseTo(seconds, 3);
    expect(valueOf(text, 'lucid_backup_duration_seconds')).toBeGreaterThan(0);
    const [plain, stored] = ['plain', 'stored'].map((kind) =>
      valueOf(text, 'lucid_backup_bytes_total', `kind="${kind}"`),
    ) as [number, number];
    expect(plain).toBeGreaterThan(100_000);
    expect(stored).toBeGreaterThan(0);
    expect(stored).toBeLessThan(plain);
  });
});
