import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  IsBoolean,
  IsIn,
  IsInt,
  IsNumber,
  IsObject,
  IsOptional,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateBy,
} from 'class-validator';
import { defineContract } from './define-contract.ts';

/** A name, an IPv4 address or an IPv6 address in brackets, with a port or without. */
export const MEMBER_HOST =
  /^(?:\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9])?)(?::\d{1,5})?$/;
const TAG = /^[A-Za-z0-9_.-]{1,64}$/;
const MAX_TAGS = 20;

/** Tags of a member: https://www.mongodb.com/docs/manual/reference/replica-configuration/#mongodb-rsconf-rsconf.members-n-.tags */
export function IsMemberTags(): PropertyDecorator {
  const isValid = (value: unknown): boolean => {
    const pairs = Object.entries((value ?? {}) as object);
    return pairs.length <= MAX_TAGS && pairs.every(([name, text]) => TAG.test(name) && TAG.test(String(text)));
  };
  const defaultMessage = (): string =>
    `tags must be at most ${MAX_TAGS} names and texts of letters, digits, _ . - (64 each)`;
  return ValidateBy({ name: 'isMemberTags', validator: { validate: isValid, defaultMessage } });
}

export class ReplicaSetAddMemberPayload {
  @ApiProperty({ example: 'mongo-4.internal:27017', maxLength: 260, description: 'As every other member reaches it' })
  @MaxLength(260)
  @Matches(MEMBER_HOST, { message: 'host must be a host name or an address, with a port: mongo-4.internal:27017' })
  host!: string;

  @ApiPropertyOptional({ minimum: 0, maximum: 1000, default: 1, description: '0 is never primary' })
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(1000)
  priority?: number;

  @ApiPropertyOptional({ enum: [0, 1], default: 1 })
  @IsOptional()
  @IsIn([0, 1])
  votes?: 0 | 1;

  @ApiPropertyOptional({ default: false, description: 'Not seen by clients; needs priority 0' })
  @IsOptional()
  @IsBoolean()
  hidden?: boolean;

  @ApiPropertyOptional({ default: false, description: 'Votes and holds no data' })
  @IsOptional()
  @IsBoolean()
  arbiter?: boolean;

  @ApiPropertyOptional({ minimum: 0, maximum: 2_592_000, default: 0, description: 'Stays behind; needs priority 0' })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(2_592_000)
  delaySeconds?: number;

  @ApiPropertyOptional({ type: Object, example: { region: 'eu' } })
  @IsOptional()
  @IsObject()
  @IsMemberTags()
  tags?: Record<string, string>;

  @ApiPropertyOptional({
    ...{ minimum: 10, maximum: 3600, default: 120 },
    description: 'It is taken out again when it cannot be reached for so long. A slow first copy is waited for',
  })
  @IsOptional()
  @IsInt()
  @Min(10)
  @Max(3600)
  unreachableSeconds?: number;
}

export class ReplicaSetAddMemberResult {
  host!: string;
  memberId!: number;
  /** SECONDARY or ARBITER. */
  state!: string;
  votes!: number;
  priority!: number;
  configVersion!: number;
}

/**
 * A first copy takes as long as the data is large. The lease on the configuration is held only while it is changed, so that
 * other changes need not wait for the copy.
 */
export const replicaSetAddMember = defineContract({
  name: 'replica-set.add-member',
  queue: 'storage-api',
  idPrefix: 'member',
  payload: ReplicaSetAddMemberPayload,
  result: ReplicaSetAddMemberResult,
  timeoutMs: 48 * 3_600_000,
  attempts: 5,
  backoff: { baseMs: 5_000, maxMs: 60_000 },
  concurrency: 2,
  roles: ['admin'],
  resources: ({ host }) => [`replica-set-member:${host.toLowerCase()}`],
});
