import { IsMemberTags, MEMBER_HOST, ReplicaSetAddMemberPayload } from '@lucid/jobs/contracts/replica-set-add-member';
import { ApiProperty, ApiPropertyOptional, PartialType, PickType } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsInt, IsObject, IsOptional, Matches, Max, MaxLength, Min } from 'class-validator';

export class AddMemberDto extends ReplicaSetAddMemberPayload {}

/** Only what is to be changed. */
export class UpdateMemberDto extends PartialType(
  PickType(ReplicaSetAddMemberPayload, ['priority', 'votes', 'delaySeconds'] as const),
) {
  @ApiPropertyOptional({ description: 'Not seen by clients; needs priority 0' })
  @IsOptional()
  @IsBoolean()
  hidden?: boolean;

  @ApiPropertyOptional({ type: Object, description: 'All of its tags' })
  @IsOptional()
  @IsObject()
  @IsMemberTags()
  tags?: Record<string, string>;
}

export class DryRunQuery {
  @ApiPropertyOptional({ enum: ['true', 'false'], description: 'Changes nothing: 200, what it would do and why not' })
  @IsOptional()
  @IsIn(['true', 'false'])
  dryRun?: 'true' | 'false';
}

export class RemoveMemberQuery extends DryRunQuery {
  @ApiPropertyOptional({ enum: ['true', 'false'], description: 'Lets it step down first where it is primary' })
  @IsOptional()
  @IsIn(['true', 'false'])
  stepDown?: 'true' | 'false';
}

export class StepDownDto {
  @ApiPropertyOptional({ minimum: 10, maximum: 86_400, default: 60, description: 'For which it is not elected again' })
  @IsOptional()
  @IsInt()
  @Min(10)
  @Max(86_400)
  seconds?: number;

  @ApiPropertyOptional({
    ...{ minimum: 0, maximum: 60, default: 10 },
    description: 'How far behind a successor may be, and how long it is waited for; less than `seconds`',
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(60)
  catchUpSeconds?: number;

  @ApiPropertyOptional({ description: 'Only if this member is primary: so the same call twice steps down once' })
  @IsOptional()
  @MaxLength(260)
  @Matches(MEMBER_HOST, { message: 'from must be the host and port of a member' })
  from?: string;
}

export class FindingDto {
  @ApiProperty({ enum: ['refusal', 'warning'] })
  severity!: 'refusal' | 'warning';

  @ApiProperty({ example: 'MAJORITY_LOST' })
  code!: string;

  @ApiProperty()
  message!: string;
}

export class MemberConfigDto {
  @ApiProperty()
  id!: number;

  @ApiProperty({ example: 'mongo-1.internal:27017' })
  host!: string;

  @ApiProperty({ enum: [0, 1] })
  votes!: number;

  @ApiProperty()
  priority!: number;

  @ApiProperty()
  hidden!: boolean;

  @ApiProperty()
  arbiter!: boolean;

  @ApiProperty()
  delaySeconds!: number;

  @ApiProperty()
  buildsIndexes!: boolean;

  @ApiProperty({ type: Object })
  tags!: Record<string, string>;
}

export class ConfigurationDto {
  @ApiProperty()
  version!: number;

  @ApiProperty({ type: Number, nullable: true })
  term!: number | null;

  @ApiProperty({ type: [MemberConfigDto] })
  members!: MemberConfigDto[];
}

/** What a change would do. */
export class ReconfigurationPlan {
  @ApiProperty()
  isAllowed!: boolean;

  @ApiProperty({ type: [FindingDto], description: 'Why not, and what to think of' })
  findings!: FindingDto[];

  @ApiProperty({ type: () => ConfigurationDto })
  before!: ConfigurationDto;

  @ApiProperty({ type: () => ConfigurationDto, description: 'As it would be' })
  after!: ConfigurationDto;
}

/** What a change did. */
export class ReconfigurationResult {
  @ApiProperty({ description: 'False where it was so already' })
  isChanged!: boolean;

  @ApiProperty({ type: [FindingDto], description: 'Warnings' })
  findings!: FindingDto[];

  @ApiProperty({ type: () => ConfigurationDto })
  configuration!: ConfigurationDto;

  @ApiPropertyOptional({ description: 'Where the member had to step down first: who is primary now' })
  primary?: string;
}

export class StepDownPlanDto {
  @ApiProperty()
  isAllowed!: boolean;

  @ApiProperty({ type: [FindingDto] })
  findings!: FindingDto[];

  @ApiProperty({ type: String, nullable: true })
  primary!: string | null;
}

export class StepDownResult {
  @ApiProperty()
  formerPrimary!: string;

  @ApiProperty({ description: 'Takes writes now' })
  primary!: string;
}

export class MemberDto extends MemberConfigDto {
  @ApiProperty({ example: 'SECONDARY' })
  state!: string;

  @ApiProperty({ description: 'Does the member that answers hear of it?' })
  isHealthy!: boolean;

  @ApiProperty({ type: Number, nullable: true, description: 'Behind the primary, beyond its delay' })
  lagSeconds!: number | null;

  @ApiProperty({ type: Date, nullable: true, description: 'Of its newest oplog entry' })
  optimeAt!: Date | null;

  @ApiProperty({ type: String, nullable: true, description: 'The member that it copies from' })
  syncSource!: string | null;

  @ApiProperty({ type: Number, nullable: true })
  uptimeSeconds!: number | null;

  @ApiProperty({ type: Number, nullable: true })
  pingMs!: number | null;

  @ApiProperty({ type: Date, nullable: true })
  lastHeartbeatAt!: Date | null;

  @ApiProperty({ type: Number, nullable: true, description: 'The configuration that it has' })
  configVersion!: number | null;
}

export class OplogDto {
  @ApiProperty()
  firstAt!: Date;

  @ApiProperty()
  lastAt!: Date;

  @ApiProperty({ description: 'How long a member may be away and still catch up' })
  windowSeconds!: number;
}

export class ReplicaSetDto {
  @ApiProperty()
  name!: string;

  @ApiProperty({ type: String, nullable: true })
  primary!: string | null;

  @ApiProperty({ type: Number, nullable: true, description: 'Of elections' })
  term!: number | null;

  @ApiProperty()
  configVersion!: number;

  @ApiProperty({ type: Number, nullable: true })
  configTerm!: number | null;

  @ApiProperty({
    type: Boolean,
    nullable: true,
    description: 'Has a majority the configuration? Null without a primary',
  })
  isConfigCommitted!: boolean | null;

  @ApiProperty()
  votingMembers!: number;

  @ApiProperty({ description: 'Votes that an election and a majority write need' })
  majority!: number;

  @ApiProperty({ description: 'Voting members that are up' })
  votingMembersUp!: number;

  @ApiProperty({ description: 'Voting members that may still fail; negative where the majority is lost' })
  faultTolerance!: number;

  @ApiProperty({ type: Number, nullable: true })
  electionTimeoutMs!: number | null;

  @ApiProperty({
    type: () => OplogDto,
    nullable: true,
    description: "The primary's, or that of the member that answers",
  })
  oplog!: OplogDto | null;

  @ApiProperty({ type: [MemberDto] })
  members!: MemberDto[];
}
