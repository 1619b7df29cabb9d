import type { Repository } from '@lucid/archive/repository';
import { type BackupCatalogue, copiesOf } from '@lucid/clients/mongodb/backup-catalogue';
import type { Logger } from '@lucid/core/logger';
import type { RepositoryScanResult } from '@lucid/jobs/contracts/repository-scan';
import type { Backup } from '@lucid/models/main/backups';
import { readBackupMeta, toCatalogueEntry } from '../backups/backup-record.ts';
import { toCopyState } from '../verification/assurance-records.service.ts';

const NAMED = 100;

export interface RebuildOptions {
  readonly logger: Logger;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Brings the catalogue in line with a repository, which is the truth: what it holds is listed, what it does not hold any more
 * is not. A backup that cannot be read is named and left out. May run beside backups, and again after a kill.
 * @throws AppError REPOSITORY_CORRUPT where the store holds no repository at present
 */
export async function rebuildCatalogue(
  name: string,
  repository: Repository,
  catalogue: BackupCatalogue,
  { logger, signal, onProgress }: RebuildOptions,
): Promise<RepositoryScanResult> {
  const result: RepositoryScanResult = { repository: name, backups: 0, added: 0, removed: 0, unreadable: [] };
  const listed = await repository.listSnapshots();
  // A store that is there and empty, such as a folder whose volume is not mounted, lists nothing: that is no news of backups.
  await repository.owner();
  const assured = new Set(await repository.assurances().ids());
  for (const [index, { id }] of listed.entries()) {
    signal?.throwIfAborted();
    const present = await catalogue.find(id);
    try {
      if (await bringIn(name, repository, catalogue, { id, present })) result.added += 1;
      const isNoted = present && copiesOf(present).some((copy) => copy.repository === name);
      if (assured.has(id) && !isNoted) {
        await catalogue.noteCopy(id, name, toCopyState(await repository.assurances().find(id)));
      }
      result.backups += 1;
    } catch (error) {
      logger.error({ err: error, backupId: id, repository: name }, 'a backup of the repository cannot be read');
      if (result.unreadable.length < NAMED) result.unreadable.push(id);
    }
    onProgress?.(index + 1, listed.length);
  }
  const held = new Set(listed.map(({ id }) => id));
  for (const { _id: id } of await catalogue.ofRepository(name)) {
    // Asked again one by one: another worker may have committed it since the listing.
    if (held.has(id) || (await repository.findCommit(id))) continue;
    logger.warn({ backupId: id, repository: name }, 'a backup is in the repository no more; the catalogue forgets it');
    await catalogue.removeFrom(id, name);
    result.removed += 1;
  }
  return result;
}

/** @returns false where the catalogue had it already */
async function bringIn(
  name: string,
  repository: Repository,
  catalogue: BackupCatalogue,
  { id, present }: { id: string; present: Backup | null },
): Promise<boolean> {
  if (!present) {
    const reader = await repository.readSnapshot(id);
    await catalogue.put(toCatalogueEntry(name, readBackupMeta(reader), reader.commit));
    return true;
  }
  if (present.repository === name || present.repositories?.includes(name)) return false;
  await catalogue.addRepository(id, name);
  return true;
}
