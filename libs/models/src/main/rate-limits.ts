import { Field } from '../field.ts';
import { Model } from '../model.ts';

import { RETENTION_SECONDS } from '../retention.ts';

/** Roll-ups of quotas and use; the live counters are in Redis. */
@Model({
  collection: 'rate_limits',
  database: 'main',
  indexes: [{ keys: { subject: 1, window: -1 }, unique: true }],
  ttl: { field: 'window', seconds: RETENTION_SECONDS.rateLimits },
})
export class RateLimit {
  @Field.string({ minLength: 1, maxLength: 256, description: 'Who is counted: a user, a key, an address' })
  subject!: string;

  @Field.date({ description: 'Start of the window' })
  window!: Date;

  @Field.int({ minimum: 0 })
  count!: number;

  @Field.int({ optional: true, minimum: 0 })
  quota?: number;
}
