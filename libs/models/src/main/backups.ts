import { Field } from '../field.ts';
import { Model } from '../model.ts';

/** A backup as operators see it: the catalogue, which a scan of the repository can rebuild. */
@Model({ collection: 'backups', database: 'main', critical: true, indexes: [{ keys: { createdAt: -1 } }] })
export class Backup {
  @Field.string({ pattern: '^bkp_' })
  _id!: string;

  @Field.date()
  createdAt!: Date;

  @Field.string({ optional: true, nullable: true })
  jobId?: string | null;

  @Field.string({ optional: true, nullable: true })
  label?: string | null;

  @Field.array('string', { optional: true })
  engines?: string[];
}
