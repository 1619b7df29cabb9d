import { JOB_STATES, type JobState } from '@lucid/jobs/job-record';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { PageQuery } from '../http/page.ts';

export class ListJobsQuery extends PageQuery {
  @ApiPropertyOptional({ example: 'backup.create' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  name?: string;

  @ApiPropertyOptional({ enum: JOB_STATES })
  @IsOptional()
  @IsIn(JOB_STATES)
  state?: JobState;
}
