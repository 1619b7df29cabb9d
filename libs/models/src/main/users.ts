import { Field } from '../field.ts';
import { Model } from '../model.ts';

export const USER_STATUSES = ['active', 'suspended', 'closed'] as const;

/** Accounts, profiles and what authenticates them. Only what an operator looks for reaches the search index. */
@Model({
  collection: 'users',
  database: 'main',
  critical: true,
  indexes: [
    { keys: { email: 1 }, unique: true },
    { keys: { tron_address: 1 }, unique: true },
    { keys: { user_id: 1 }, unique: true },
  ],
  search: { refreshSeconds: 30 },
})
export class User {
  @Field.string({ minLength: 1, maxLength: 128, example: 'usr_5f1c0d' })
  user_id!: string;

  @Field.string({ minLength: 3, maxLength: 320, pattern: '^[^@]+@[^@]+$', search: 'text', example: 'ada@example.org' })
  email!: string;

  @Field.string({ minLength: 1, maxLength: 64, example: 'TJRyWwFs9wTFGZg3JbrVriFbNfCug5tDeC' })
  tron_address!: string;

  @Field.date()
  created_at!: Date;

  @Field.object({ optional: true, nullable: true, search: false })
  hardware_wallet?: Record<string, unknown> | null;

  @Field.object({ optional: true, search: false })
  profile?: Record<string, unknown>;

  @Field.object({ optional: true, search: false, description: 'Hashes and factors, never a password' })
  authentication?: Record<string, unknown>;

  @Field.array('string', { optional: true })
  roles?: string[];

  @Field.enum(USER_STATUSES, { optional: true })
  status?: (typeof USER_STATUSES)[number];

  @Field.date({ optional: true, nullable: true })
  last_active_at?: Date | null;
}
