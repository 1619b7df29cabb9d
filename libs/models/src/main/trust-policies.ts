import { Field } from '../field.ts';
import { Model } from '../model.ts';

@Model({
  collection: 'trust_policies',
  database: 'main',
  critical: true,
  indexes: [{ keys: { policy_id: 1 }, unique: true }],
})
export class TrustPolicy {
  @Field.string({ minLength: 1, maxLength: 128 })
  policy_id!: string;

  @Field.string({ minLength: 1 })
  name!: string;

  @Field.mixed({ description: 'A list or a tree of rules' })
  rules!: unknown;

  @Field.mixed({ description: 'A number or a semantic version' })
  version!: unknown;
}
