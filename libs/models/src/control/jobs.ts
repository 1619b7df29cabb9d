import { Field } from '../field.ts';
import { Model } from '../model.ts';

/** One long job: the record decides, the queue carries. libs/jobs owns the fields beyond these. */
@Model({
  collection: 'jobs',
  database: 'control',
  // The names and options of libs/jobs, which makes them too.
  indexes: [
    {
      name: 'actor_idempotency_key',
      keys: { 'actor.id': 1, idempotencyKey: 1 },
      unique: true,
      partialFilterExpression: { idempotencyKey: { $type: 'string' } },
    },
    { name: 'queue_state_created_at', keys: { queue: 1, state: 1, createdAt: 1 } },
    { name: 'created_at', keys: { createdAt: -1, _id: -1 } },
    { name: 'name_created_at', keys: { name: 1, createdAt: -1, _id: -1 } },
    { name: 'expires_at', keys: { expiresAt: 1 }, expireAfterSeconds: 0 },
  ],
})
export class Job {
  @Field.string({ minLength: 1 })
  _id!: string;

  @Field.string({ minLength: 1, example: 'backup.create' })
  name!: string;

  @Field.string({ minLength: 1 })
  queue!: string;

  @Field.string({ minLength: 1, example: 'queued' })
  state!: string;

  @Field.object()
  payload!: Record<string, unknown>;

  @Field.int({ minimum: 0 })
  attempts!: number;

  @Field.date()
  createdAt!: Date;

  @Field.object({ optional: true, nullable: true })
  progress?: Record<string, unknown> | null;

  @Field.object({ optional: true, nullable: true })
  result?: Record<string, unknown> | null;

  @Field.object({ optional: true, nullable: true })
  error?: Record<string, unknown> | null;

  @Field.object({ optional: true })
  actor?: Record<string, unknown>;

  @Field.string({ optional: true, nullable: true })
  idempotencyKey?: string | null;

  @Field.date({ optional: true, nullable: true })
  expiresAt?: Date | null;
}
