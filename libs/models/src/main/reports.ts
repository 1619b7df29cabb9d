import { Field } from '../field.ts';
import { Model } from '../model.ts';

import { RETENTION_SECONDS } from '../retention.ts';

/** Reports of capacity, backups and health. */
@Model({
  collection: 'reports',
  database: 'main',
  indexes: [{ keys: { source: 1, time: -1 } }],
  ttl: { field: 'time', seconds: RETENTION_SECONDS.reports },
})
export class Report {
  @Field.date()
  time!: Date;

  @Field.string({ minLength: 1 })
  source!: string;

  @Field.mixed()
  value!: unknown;

  @Field.string({ optional: true })
  kind?: string;
}
