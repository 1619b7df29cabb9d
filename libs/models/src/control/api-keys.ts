import { Field } from '../field.ts';
import { Model } from '../model.ts';

/** An API key: never the key, only its SHA-256. */
@Model({ collection: 'api_keys', database: 'control', indexes: [{ keys: { hash: 1 }, unique: true }] })
export class ApiKey {
  @Field.string({ minLength: 1 })
  _id!: string;

  @Field.string({ minLength: 1 })
  name!: string;

  @Field.string({ minLength: 1, example: 'operator' })
  role!: string;

  @Field.string({ pattern: '^[0-9a-f]{64}$' })
  hash!: string;

  @Field.date()
  createdAt!: Date;

  @Field.string({ optional: true, nullable: true })
  createdBy?: string | null;

  @Field.date({ optional: true, nullable: true })
  revokedAt?: Date | null;
}
