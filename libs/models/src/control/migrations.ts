import { Field } from '../field.ts';
import { Model } from '../model.ts';

/** Schema migrations that have run; `_id` is the migration's name. */
@Model({ collection: 'migrations', database: 'control' })
export class Migration {
  @Field.string({ minLength: 1 })
  _id!: string;

  @Field.string({ optional: true })
  state?: string;

  @Field.date({ optional: true, nullable: true })
  appliedAt?: Date | null;
}
