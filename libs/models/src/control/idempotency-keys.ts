import { Field } from '../field.ts';
import { Model } from '../model.ts';

/** What an Idempotency-Key has been used for, where no job record holds it. */
@Model({ collection: 'idempotency_keys', database: 'control', ttl: { field: 'expiresAt', seconds: 0 } })
export class IdempotencyKey {
  @Field.string({ minLength: 1 })
  _id!: string;

  @Field.date({ optional: true })
  createdAt?: Date;

  @Field.date({ optional: true })
  expiresAt?: Date;
}
