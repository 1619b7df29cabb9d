import { ApiProperty } from '@nestjs/swagger';
import { SEVERITIES, type Severity } from './alert-rule.ts';

export class AlertDto {
  @ApiProperty({ description: 'The rule', example: 'database_down' })
  rule!: string;

  @ApiProperty({ enum: SEVERITIES })
  severity!: Severity;

  @ApiProperty({ enum: ['pending', 'firing'], description: 'pending until it has lasted as long as the rule asks' })
  state!: 'pending' | 'firing';

  @ApiProperty({ description: 'Since when the value has been beyond the line' })
  since!: Date;

  @ApiProperty({ description: 'The metric that is judged', example: 'database_health_status' })
  metric!: string;

  @ApiProperty({ description: 'Which series of it', type: 'object', additionalProperties: { type: 'string' } })
  labels!: Readonly<Record<string, string>>;

  @ApiProperty({ description: 'Its value; percent where the rule compares with a size' })
  value!: number;

  @ApiProperty({ description: 'The value at which the rule fires' })
  fire!: number;

  @ApiProperty({ description: 'The value at which it is over' })
  clear!: number;

  @ApiProperty()
  summary!: string;

  @ApiProperty({ description: 'What to do' })
  runbook!: string;
}

export class AlertListDto {
  @ApiProperty({
    type: [AlertDto],
    description: 'All of them, the worst and oldest first: the list is as short as the rules',
  })
  items!: AlertDto[];

  @ApiProperty({ type: Date, nullable: true, description: 'When the rules were last judged' })
  evaluatedAt!: Date | null;
}
