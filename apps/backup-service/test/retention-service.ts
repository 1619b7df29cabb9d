import type { Repository } from '@lucid/archive/repository';
import { backupDelete } from '@lucid/jobs/contracts/backup-delete';
import type { JobRecord } from '@lucid/jobs/job-record';
import { JobService } from '@lucid/jobs/job-service';
import type { Backup } from '@lucid/models/main/backups';
import { eventually } from '@lucid/testing/eventually';
import type { Collection } from 'mongodb';
import type { Answer } from '../../../tests/setup/test-service.ts';
import { RepositoriesService } from '../src/repositories/repositories.service.ts';
import { type BackupTestService, startBackupService } from './interchange-service.ts';

const DAY_MS = 86_400_000;

/** backup-service with small backups of any age. */
export interface RetentionTestService extends BackupTestService {
  catalogue: Collection<Backup>;
  repository: Repository;
  /** A backup that looks as if it had been made so many days ago by one schedule. */
  aged(daysAgo: number, more?: Partial<Backup>): Promise<string>;
  preview(query?: string): Promise<Answer>;
  hold(method: 'PUT' | 'DELETE', id: string, body?: object): Promise<Answer>;
  /** The deletion job, ended, without the route that asks for it. */
  remove(backupId: string, confirm?: string): Promise<JobRecord>;
}

export async function startRetentionService(): Promise<RetentionTestService> {
  const service = await startBackupService({ BACKUP_PITR_ENABLED: 'false', BACKUP_RETENTION_DAYS: '7' });
  const { admin: key, app } = service;
  const database = service.database.sibling('shop');
  await service.database.client
    .db(database)
    .collection('orders')
    .insertMany([{ n: 1 }, { n: 2 }]);
  const catalogue = service.database.db.collection<Backup>('backups');
  return {
    ...service,
    catalogue,
    repository: app.get(RepositoriesService).get(),
    async aged(daysAgo, more = {}) {
      const id = await service.backup(database);
      const created_at = new Date(Date.now() - daysAgo * DAY_MS);
      await catalogue.updateOne({ _id: id }, { $set: { created_at, schedule_id: 'sch_nightly', ...more } });
      return id;
    },
    preview: (query = '') => service.call('GET', `/api/v1/retention/preview${query}`, { key }),
    hold: (method, id, body) => service.call(method, `/api/v1/backups/${id}/hold`, { key, ...(body && { body }) }),
    async remove(backupId, confirm) {
      const asked = { actor: { id: 'key_spec', role: 'backup-admin' }, correlationId: 'spec' };
      const jobs = app.get(JobService);
      const { id } = await jobs.request(backupDelete, { backupId, ...(confirm && { confirm }) }, asked);
      return eventually(
        'the deletion has ended',
        async () => {
          const job = await jobs.get(id);
          return ['succeeded', 'failed'].includes(job.state) ? job : undefined;
        },
        { timeoutMs: 120_000 },
      );
    },
  };
}
