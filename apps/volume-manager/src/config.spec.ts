import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadVolumeManagerConfig } from './config.ts';

describe('loadVolumeManagerConfig', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lucid-volume-'));

  it('takes the aliases', () => {
    const config = loadVolumeManagerConfig({ VOLUME_MOUNT_PATH: folder, VOLUME_SIZE_LIMIT_GB: '5' });
    expect(config).toMatchObject({ storagePath: folder, maxSizeGb: 5, warningPercent: 80, criticalPercent: 95 });
  });

  it('names a folder that is not there, a file in its place, and a path that depends on where the service runs', () => {
    const load = (path: string) => () => loadVolumeManagerConfig({ VOLUME_STORAGE_PATH: path });
    const file = join(folder, 'file');
    writeFileSync(file, '');
    expect(load(join(folder, 'gone'))).toThrow('VOLUME_STORAGE_PATH does not exist; create it, or set another path');
    expect(load(file)).toThrow('VOLUME_STORAGE_PATH is not a folder');
    expect(load('data')).toThrow('VOLUME_STORAGE_PATH must be an absolute path');
  });

  it('needs no folder when it manages nothing', () => {
    const config = loadVolumeManagerConfig({ VOLUME_MANAGER_ENABLED: 'false', VOLUME_STORAGE_PATH: '/nowhere' });
    expect(config.enabled).toBe(false);
  });

  it('refuses thresholds in the wrong order', () => {
    const load = () => loadVolumeManagerConfig({ VOLUME_STORAGE_PATH: folder, VOLUME_WARNING_THRESHOLD: '95' });
    expect(load).toThrow('VOLUME_WARNING_THRESHOLD must be less than VOLUME_CRITICAL_THRESHOLD');
  });
});
