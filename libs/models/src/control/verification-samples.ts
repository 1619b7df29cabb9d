import { Field } from '../field.ts';
import { Model } from '../model.ts';

/** How far the rotating verification of a repository is; `_id` is the repository's name. */
@Model({ collection: 'verification_samples', database: 'control' })
export class VerificationSample {
  @Field.string({ minLength: 1 })
  _id!: string;

  @Field.double({ minimum: 0, maximum: 1, description: 'Where the next part begins; at the end it goes on at 0' })
  position!: number;

  @Field.date()
  ranAt!: Date;
}
