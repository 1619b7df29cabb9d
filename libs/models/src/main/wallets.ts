import type { Decimal128 } from 'mongodb';
import { Field } from '../field.ts';
import { Model } from '../model.ts';

@Model({
  collection: 'wallets',
  database: 'main',
  critical: true,
  indexes: [{ keys: { address: 1 }, unique: true }, { keys: { user_id: 1 } }],
})
export class Wallet {
  @Field.string({ minLength: 1, maxLength: 128 })
  wallet_id!: string;

  @Field.string({ minLength: 1, maxLength: 128 })
  user_id!: string;

  @Field.string({ minLength: 1, maxLength: 128 })
  address!: string;

  @Field.decimal()
  balance!: Decimal128;

  @Field.array('object', { optional: true })
  history?: Record<string, unknown>[];
}
