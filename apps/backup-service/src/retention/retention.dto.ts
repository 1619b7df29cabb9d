import { RetentionPolicy } from '@lucid/models/retention-policy';
import { REPOSITORY_NAME } from '@lucid/jobs/contracts/names';
import { PageQuery } from '@lucid/service-kit/http/page';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsDate, IsInt, IsOptional, Length, Matches, Max, Min } from 'class-validator';

/** One rule of a policy to be tried, from the query. */
function TriedRule(most: number): PropertyDecorator {
  const rules = [
    ApiPropertyOptional({
      type: Number,
      minimum: 0,
      maximum: most,
      description: 'Tries this rule in place of all that are set',
    }),
    ...[IsOptional(), Type(() => Number), IsInt(), Min(0), Max(most)],
  ];
  return (target, key) => rules.forEach((rule) => rule(target, key));
}

export class RetentionPreviewQuery extends PageQuery implements RetentionPolicy {
  @ApiPropertyOptional({ type: String, default: 'default' })
  @IsOptional()
  @Matches(REPOSITORY_NAME, { message: 'must be the name of a repository' })
  repository: string = 'default';

  @TriedRule(36_500)
  days?: number;

  @TriedRule(10_000)
  hourly?: number;

  @TriedRule(10_000)
  daily?: number;

  @TriedRule(10_000)
  weekly?: number;

  @TriedRule(10_000)
  monthly?: number;

  @TriedRule(10_000)
  yearly?: number;
}

export class RetentionPreviewItem {
  @ApiProperty({ example: 'bkp_3k9f0a7c1x2m8q4z' })
  backupId!: string;

  @ApiProperty()
  createdAt!: Date;

  @ApiProperty({ type: String, nullable: true })
  scheduleId!: string | null;

  @ApiProperty({ description: 'Bytes it added to the repository; what its removal frees may be less' })
  storedBytes!: number;

  @ApiProperty()
  keep!: boolean;

  @ApiProperty({ type: [String], example: ['newer than 30 days', 'daily 3 of 7: 2026-11-18'] })
  reasons!: string[];
}

export class RetentionPreviewPage {
  @ApiProperty()
  limit!: number;

  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}

export class RetentionPreview {
  @ApiProperty({ description: 'The instant the answer is of' })
  now!: Date;

  @ApiProperty()
  repository!: string;

  @ApiProperty({ type: () => RetentionPolicy, description: 'What counts where a schedule has no rules of its own' })
  policy!: RetentionPolicy;

  @ApiProperty({ description: 'Was this policy tried in place of all that are set?' })
  isTried!: boolean;

  @ApiProperty()
  kept!: number;

  @ApiProperty()
  removed!: number;

  @ApiProperty({ type: [RetentionPreviewItem], description: 'Newest first' })
  items!: RetentionPreviewItem[];

  @ApiProperty({ type: () => RetentionPreviewPage })
  page!: RetentionPreviewPage;
}

export class PutHoldDto {
  @ApiProperty({ minLength: 1, maxLength: 500, example: 'audit of 2026' })
  @Length(1, 500)
  reason!: string;

  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'When it ends by itself; never without it' })
  @IsOptional()
  @Type(() => Date)
  @IsDate()
  until?: Date;
}
