import { Field } from '../field.ts';
import { Model } from '../model.ts';

import { RETENTION_SECONDS } from '../retention.ts';

@Model({
  collection: 'logs',
  database: 'main',
  indexes: [{ keys: { source: 1, time: -1 } }],
  ttl: { field: 'time', seconds: RETENTION_SECONDS.logs },
  search: { refreshSeconds: 5, retentionDays: 30, bestCompression: true },
})
export class Log {
  @Field.date()
  time!: Date;

  @Field.string({ minLength: 1 })
  source!: string;

  @Field.string({ search: 'text', description: 'The message' })
  value!: string;

  @Field.string({ optional: true, example: 'warn' })
  level?: string;

  @Field.string({ optional: true, nullable: true })
  correlation_id?: string | null;
}
