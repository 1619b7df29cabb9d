import { Field } from '../field.ts';
import { Model } from '../model.ts';

import { RETENTION_SECONDS } from '../retention.ts';

/** The audit trail: entries are added, never changed. */
@Model({
  collection: 'audit_logs',
  database: 'main',
  indexes: [{ keys: { actor: 1 } }, { keys: { at: -1 }, expireAfterSeconds: RETENTION_SECONDS.auditLogs }],
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
}
