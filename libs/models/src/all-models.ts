import { Alert } from './main/alerts.ts';
import { AuditLog } from './main/audit-logs.ts';
import { AuthToken } from './main/auth-tokens.ts';
import { Backup } from './main/backups.ts';
import { Block } from './main/blocks.ts';
import { Event } from './main/events.ts';
import { Log } from './main/logs.ts';
import { Manifest } from './main/manifests.ts';
import { Metric } from './main/metrics.ts';
import { RateLimit } from './main/rate-limits.ts';
import { Report } from './main/reports.ts';
import { Session } from './main/sessions.ts';
import { SystemConfig } from './main/system-config.ts';
import { Transaction } from './main/transactions.ts';
import { TrustPolicy } from './main/trust-policies.ts';
import { User } from './main/users.ts';
import { Wallet } from './main/wallets.ts';
import { AlertState } from './control/alert-states.ts';
import { ApiKey } from './control/api-keys.ts';
import { DeadLetter } from './control/dead-letters.ts';
import { Erasure } from './control/erasure-ledger.ts';
import { IdempotencyKey } from './control/idempotency-keys.ts';
import { Job } from './control/jobs.ts';
import { LeaseRecord } from './control/leases.ts';
import { Migration } from './control/migrations.ts';
import { RepositoryRecord } from './control/repositories.ts';
import { Schedule } from './control/schedules.ts';
import { SyncState } from './control/sync-states.ts';
import { VerificationSample } from './control/verification-samples.ts';
import { VolumeSample } from './control/volume-samples.ts';
import { Volume } from './control/volumes.ts';
import type { ModelClass } from './field-spec.ts';
import { modelOf } from './model.ts';
import type { ModelDefinition } from './model-definition.ts';

/** The class of every collection, the main database first. */
export const MODEL_CLASSES: readonly ModelClass[] = [
  Alert,
  AuditLog,
  AuthToken,
  Backup,
  Block,
  Event,
  Log,
  Manifest,
  Metric,
  RateLimit,
  Report,
  Session,
  SystemConfig,
  Transaction,
  TrustPolicy,
  User,
  Wallet,
  AlertState,
  ApiKey,
  DeadLetter,
  Erasure,
  IdempotencyKey,
  Job,
  LeaseRecord,
  Migration,
  RepositoryRecord,
  Schedule,
  SyncState,
  VerificationSample,
  VolumeSample,
  Volume,
];

/** What the engines must look like: every model's definition. */
export function allModels(): ModelDefinition[] {
  return MODEL_CLASSES.map((model) => modelOf(model));
}
