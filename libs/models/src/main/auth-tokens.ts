import { Field } from '../field.ts';
import { Model } from '../model.ts';

export const AUTH_TOKEN_KINDS = ['jwt', 'refresh', 'magic_link'] as const;

/** Tokens as hashes, never plain; each goes when it expires. */
@Model({
  collection: 'auth_tokens',
  database: 'main',
  indexes: [{ keys: { token_hash: 1 }, unique: true }, { keys: { user_id: 1 } }],
  ttl: { field: 'expires_at', seconds: 0 },
})
export class AuthToken {
  @Field.string({ minLength: 32, maxLength: 256 })
  token_hash!: string;

  @Field.string({ minLength: 1, maxLength: 128 })
  user_id!: string;

  @Field.enum(AUTH_TOKEN_KINDS)
  kind!: (typeof AUTH_TOKEN_KINDS)[number];

  @Field.date()
  expires_at!: Date;
}
