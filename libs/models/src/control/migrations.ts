import { Field } from '../field.ts';
import { Model } from '../model.ts';

/** Schema migrations that have run, or begun to; `_id` is the migration's name. storage-api owns the fields beyond these. */
@Model({ collection: 'migrations', database: 'control' })
export class Migration {
  @Field.string({ minLength: 1 })
  _id!: string;

  @Field.string({ optional: true })
  state?: string;

  @Field.date({ optional: true, nullable: true })
  appliedAt?: Date | null;

  @Field.string({ optional: true, description: 'SHA-256 of its file, hex' })
  checksum?: string;

  @Field.int({ optional: true, minimum: 0, description: 'Of the run that wrote last' })
  fencingToken?: number;
}
