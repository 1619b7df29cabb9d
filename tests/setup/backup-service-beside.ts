import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TOKENS } from '@lucid/service-kit/tokens';
import type { Db } from 'mongodb';
import { backupService } from '../../apps/backup-service/src/backup-service.ts';
import { startTestService, type TestService } from './test-service.ts';

/**
 * backup-service with the databases and the queue of another booted service, and a repository of its own: what the other one asks for
 * is done. To be closed before the other one is.
 */
export async function startBackupServiceBeside(other: TestService): Promise<Pick<TestService, 'app' | 'close'>> {
  const folder = await mkdtemp(join(tmpdir(), 'lucid-beside-'));
  const beside = await startTestService(backupService, {
    MONGODB_DATABASE: other.database.name,
    CONTROL_DATABASE: other.app.get<Db>(TOKENS.CONTROL_DATABASE).databaseName,
    BACKUP_STORAGE_PATH: join(folder, 'repository'),
    BACKUP_MASTER_KEY: randomBytes(32).toString('base64'),
    BACKUP_SCHEDULE: 'off',
  });
  return {
    app: beside.app,
    async close() {
      await beside.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
