import { Field } from '../field.ts';
import { Model } from '../model.ts';

/** Who may change a resource (`_id`). Kept after release, so that the fencing token only grows. */
@Model({ collection: 'leases', database: 'control' })
export class LeaseRecord {
  @Field.string({ minLength: 1 })
  _id!: string;

  @Field.string({ nullable: true })
  holder!: string | null;

  @Field.int({ minimum: 0 })
  fencingToken!: number;

  @Field.date()
  acquiredAt!: Date;

  @Field.date()
  heartbeatAt!: Date;
}
