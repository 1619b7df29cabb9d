import { Field } from '../field.ts';
import { Model } from '../model.ts';

import { RETENTION_SECONDS } from '../retention.ts';

/** Alerts that fired, kept for looking back. */
@Model({
  collection: 'alerts',
  database: 'main',
  indexes: [{ keys: { source: 1, time: -1 } }],
  ttl: { field: 'time', seconds: RETENTION_SECONDS.alerts },
})
export class Alert {
  @Field.date()
  time!: Date;

  @Field.string({ minLength: 1 })
  source!: string;

  @Field.mixed()
  value!: unknown;

  @Field.string({ optional: true })
  kind?: string;
}
