import type { Decimal128 } from 'mongodb';
import { Field } from '../field.ts';
import { Model } from '../model.ts';

/** A transaction as it stands inside a block. */
export class BlockTransaction {
  @Field.string({ minLength: 1, maxLength: 128 })
  tx_id!: string;

  @Field.string({ optional: true })
  from?: string;

  @Field.string({ optional: true })
  to?: string;

  @Field.decimal({ optional: true })
  amount?: Decimal128;

  @Field.string({ optional: true, search: false })
  signature?: string;
}

/** Blocks with their transactions; kept for good. */
@Model({
  collection: 'blocks',
  database: 'main',
  critical: true,
  indexes: [
    { keys: { height: 1 }, unique: true },
    { keys: { block_id: 1 }, unique: true },
  ],
  search: { refreshSeconds: 10 },
})
export class Block {
  @Field.string({ minLength: 1, maxLength: 128 })
  block_id!: string;

  @Field.int({ minimum: 0 })
  height!: number;

  @Field.string()
  previous_hash!: string;

  @Field.string({ minLength: 1 })
  merkle_root!: string;

  @Field.array(() => BlockTransaction, { optional: true, search: 'nested' })
  transactions?: BlockTransaction[];

  @Field.object({ optional: true })
  state?: Record<string, unknown>;

  @Field.date({ optional: true })
  timestamp?: Date;
}
