import { Field } from '../field.ts';
import { Model } from '../model.ts';

import { RETENTION_SECONDS } from '../retention.ts';

/** The audit trail: entries are added, never changed. */
@Model({
  collection: 'audit_logs',
  database: 'main',
  indexes: [
    { keys: { actor: 1 } },
    { keys: { chain: 1, seq: 1 } },
    { keys: { at: -1 }, expireAfterSeconds: RETENTION_SECONDS.auditLogs },
  ],
  search: { refreshSeconds: 10, retentionDays: 365, bestCompression: true },
})
export class AuditLog {
  @Field.date()
  at!: Date;

  @Field.string({ minLength: 1 })
  actor!: string;

  @Field.string({ minLength: 1, search: 'text', example: 'POST /api/v1/backups/create' })
  action!: string;

  @Field.string({ search: 'text' })
  resource!: string;

  @Field.string({ minLength: 1, example: 'succeeded' })
  outcome!: string;

  @Field.string()
  correlation_id!: string;

  @Field.string({ optional: true, nullable: true })
  role?: string | null;

  @Field.int({ optional: true, nullable: true })
  status?: number | null;

  @Field.string({ optional: true, nullable: true })
  code?: string | null;

  @Field.string({ optional: true, nullable: true })
  service?: string | null;

  @Field.object({ optional: true, nullable: true, search: false, description: 'What was changed, as it was' })
  before?: Record<string, unknown> | null;

  @Field.object({ optional: true, nullable: true, search: false, description: 'What was changed, as it is since' })
  after?: Record<string, unknown> | null;

  @Field.string({
    optional: true,
    search: false,
    description: 'The chain of one process, in which each entry seals the one before',
  })
  chain?: string;

  @Field.int({ optional: true, search: false, minimum: 1, description: 'Place in its chain' })
  seq?: number;

  @Field.string({ optional: true, search: false, description: 'Hash of the entry before it in the chain' })
  prev_hash?: string;

  @Field.string({ optional: true, search: false, description: 'SHA-256 over this entry and prev_hash' })
  hash?: string;
}
