import { backupCreate } from './backup-create.ts';
import { backupImport } from './backup-import.ts';
import { backupDelete } from './backup-delete.ts';
import { backupExpire } from './backup-expire.ts';
import { backupDrill } from './backup-drill.ts';
import { backupRestore } from './backup-restore.ts';
import { backupVerify } from './backup-verify.ts';
import { backupVerifySample } from './backup-verify-sample.ts';
import { indexTry } from './index-try.ts';
import { cacheFlush } from './cache-flush.ts';
import { migrationDown, migrationUp } from './migration.ts';
import { collectionDrop } from './collection-drop.ts';
import { indexCreate } from './index-create.ts';
import { repositoryCheck } from './repository-check.ts';
import { repositoryCollectGarbage } from './repository-collect-garbage.ts';
import { backupCopy } from './repository-copy-backup.ts';
import { repositoryRewrap, repositoryRotateDataKey } from './repository-keys.ts';
import { repositoryRepair } from './repository-repair.ts';
import { repositoryScan } from './repository-scan.ts';
import { replicaSetAddMember } from './replica-set-add-member.ts';
import type { JobContract, QueueName } from './job-contract.ts';

/** Everything that can be asked for. Complete at boot: each service checks its own queue's contracts against its handlers. */
export const ALL_CONTRACTS: readonly JobContract[] = [
  backupCreate,
  backupDelete,
  backupExpire,
  backupImport,
  backupRestore,
  backupDrill,
  backupVerify,
  backupVerifySample,
  backupCopy,
  repositoryCheck,
  repositoryRepair,
  repositoryCollectGarbage,
  repositoryRotateDataKey,
  repositoryRewrap,
  repositoryScan,
  collectionDrop,
  indexCreate,
  indexTry,
  migrationUp,
  migrationDown,
  replicaSetAddMember,
  cacheFlush,
];

export function contractsOf(queue: QueueName): JobContract[] {
  return ALL_CONTRACTS.filter((contract) => contract.queue === queue);
}

export function findContract(name: string): JobContract | undefined {
  return ALL_CONTRACTS.find((contract) => contract.name === name);
}
