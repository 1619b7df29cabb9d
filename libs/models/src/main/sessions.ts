import { Field } from '../field.ts';
import { Model } from '../model.ts';

export const SESSION_STATUSES = ['active', 'completed', 'failed'] as const;

/** One piece of a recorded session; the bytes themselves are not in the database. */
export class SessionChunk {
  @Field.int({ minimum: 0 })
  index!: number;

  @Field.string({ minLength: 1, description: 'SHA-256 of the chunk, hex' })
  hash!: string;

  @Field.int({ minimum: 0, description: 'Bytes' })
  size!: number;

  @Field.string({ optional: true })
  storage_key?: string;
}

/** Session metadata, status and configuration. */
@Model({
  collection: 'sessions',
  database: 'main',
  indexes: [
    { keys: { session_id: 1 }, unique: true },
    { keys: { user_id: 1 } },
    { keys: { status: 1 } },
    { keys: { created_at: -1 } },
  ],
  search: { refreshSeconds: 5, retentionDays: 90 },
})
export class Session {
  @Field.string({ minLength: 1, maxLength: 128 })
  session_id!: string;

  @Field.string({ minLength: 1, maxLength: 128 })
  user_id!: string;

  @Field.enum(SESSION_STATUSES)
  status!: (typeof SESSION_STATUSES)[number];

  @Field.array(() => SessionChunk, { optional: true })
  chunks?: SessionChunk[];

  @Field.string({ optional: true, nullable: true })
  merkle_root?: string | null;

  @Field.object({ optional: true, nullable: true })
  blockchain_anchor?: Record<string, unknown> | null;

  @Field.object({ optional: true })
  configuration?: Record<string, unknown>;

  @Field.date({ optional: true })
  created_at?: Date;

  @Field.date({ optional: true, nullable: true })
  completed_at?: Date | null;
}
