import { Field } from '../field.ts';
import { Model } from '../model.ts';

/** How far the live sync of one search index has come. */
@Model({ collection: 'sync_states', database: 'control' })
export class SyncState {
  @Field.string({ minLength: 1 })
  _id!: string;

  @Field.mixed({
    optional: true,
    description: 'Resume token of the change stream, stored after the bulk was acknowledged',
  })
  resumeToken?: unknown;

  @Field.date({ optional: true, nullable: true })
  updatedAt?: Date | null;
}
