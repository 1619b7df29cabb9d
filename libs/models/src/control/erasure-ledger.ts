import { Field } from '../field.ts';
import { Model } from '../model.ts';

/** Erased subjects (as HMAC, never plain), applied again after every restore. */
@Model({ collection: 'erasure_ledger', database: 'control', indexes: [{ keys: { subjectHash: 1 } }] })
export class Erasure {
  @Field.string({ minLength: 1 })
  subjectHash!: string;

  @Field.date()
  erasedAt!: Date;
}
