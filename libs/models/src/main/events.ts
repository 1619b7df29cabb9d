import { Field } from '../field.ts';
import { Model } from '../model.ts';

import { RETENTION_SECONDS } from '../retention.ts';

/** What happened in the system. */
@Model({
  collection: 'events',
  database: 'main',
  indexes: [{ keys: { source: 1, time: -1 } }],
  ttl: { field: 'time', seconds: RETENTION_SECONDS.events },
})
export class Event {
  @Field.date()
  time!: Date;

  @Field.string({ minLength: 1 })
  source!: string;

  @Field.mixed()
  value!: unknown;

  @Field.string({ optional: true })
  kind?: string;
}
