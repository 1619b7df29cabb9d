import type { Decimal128 } from 'mongodb';
import { Field } from '../field.ts';
import { Model } from '../model.ts';

/** History, status and signature of one transfer. Amounts are decimal: a double cannot hold them. */
@Model({
  collection: 'transactions',
  database: 'main',
  critical: true,
  indexes: [{ keys: { tx_id: 1 }, unique: true }, { keys: { from: 1 } }, { keys: { to: 1 } }, { keys: { status: 1 } }],
})
export class Transaction {
  @Field.string({ minLength: 1, maxLength: 128 })
  tx_id!: string;

  @Field.string({ minLength: 1, maxLength: 128 })
  from!: string;

  @Field.string({ minLength: 1, maxLength: 128 })
  to!: string;

  @Field.decimal()
  amount!: Decimal128;

  @Field.string({ minLength: 1, maxLength: 32, example: 'confirmed' })
  status!: string;

  @Field.string({ minLength: 1 })
  signature!: string;

  @Field.date()
  created_at!: Date;

  @Field.int({ optional: true, nullable: true, minimum: 0 })
  block_height?: number | null;
}
