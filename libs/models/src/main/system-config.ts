import { Field } from '../field.ts';
import { Model } from '../model.ts';

/** Parameters and feature flags. */
@Model({ collection: 'system_config', database: 'main', indexes: [{ keys: { key: 1 }, unique: true }] })
export class SystemConfig {
  @Field.string({ minLength: 1, maxLength: 256 })
  key!: string;

  @Field.mixed()
  value!: unknown;

  @Field.date({ optional: true })
  updated_at?: Date;
}
