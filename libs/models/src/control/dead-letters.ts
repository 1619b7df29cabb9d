import { Field } from '../field.ts';
import { Model } from '../model.ts';

import { RETENTION_SECONDS } from '../retention.ts';

/** What an engine refused for good, with the reason, so that it can be retried. */
@Model({
  collection: 'dead_letters',
  database: 'control',
  indexes: [{ keys: { source: 1 } }],
  ttl: { field: 'createdAt', seconds: RETENTION_SECONDS.deadLetters },
})
export class DeadLetter {
  @Field.string({ minLength: 1, description: 'Who gave up, e.g. the search index' })
  source!: string;

  @Field.string()
  reason!: string;

  @Field.date()
  createdAt!: Date;
}
