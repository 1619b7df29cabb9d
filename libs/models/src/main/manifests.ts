import { Field } from '../field.ts';
import { Model } from '../model.ts';

/** The chunk list of a session and the Merkle tree over it. */
@Model({
  collection: 'manifests',
  database: 'main',
  indexes: [{ keys: { session_id: 1 } }],
})
export class Manifest {
  @Field.string({ minLength: 1, maxLength: 128 })
  manifest_id!: string;

  @Field.string({ minLength: 1, maxLength: 128 })
  session_id!: string;

  @Field.array('mixed')
  chunks!: unknown[];

  @Field.string({ minLength: 1 })
  merkle_root!: string;

  @Field.date({ optional: true })
  created_at?: Date;
}
