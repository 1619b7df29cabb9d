import { Field } from '../field.ts';
import { Model } from '../model.ts';

/** A volume. Its sizes are three different things: quota, allocated, used. */
@Model({ collection: 'volumes', database: 'control', indexes: [{ keys: { name: 1 }, unique: true }] })
export class Volume {
  @Field.string({ minLength: 1 })
  _id!: string;

  @Field.string({ minLength: 1 })
  name!: string;

  @Field.string({ minLength: 1, example: 'directory' })
  driver!: string;

  @Field.int({ optional: true, nullable: true, minimum: 0, description: 'Quota' })
  sizeBytes?: number | null;

  @Field.object({ optional: true })
  labels?: Record<string, string>;

  @Field.date({ optional: true })
  createdAt?: Date;
}
