import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsOptional } from 'class-validator';
import { VOLUME_STATES, type VolumeState } from './volume-state.ts';

const bytes = (description: string): PropertyDecorator =>
  ApiProperty({ description, type: 'integer', format: 'int64' });
const bytesOrNull = (description: string): PropertyDecorator =>
  ApiProperty({ description, type: 'integer', format: 'int64', nullable: true });

export class VolumeDto {
  @ApiProperty({ example: 'vol_3k9f0a7c1x2m8q4z' })
  id!: string;

  @ApiProperty({ example: 'storage' })
  name!: string;

  @ApiProperty({
    enum: ['directory'],
    description: 'directory: a plain folder, whose quota is watched and not enforced',
  })
  driver!: string;

  @ApiProperty({ example: '/data' })
  path!: string;

  @ApiProperty({
    enum: VOLUME_STATES,
    description:
      'warning and critical by the thresholds, for the quota or the file system, whichever is fuller; down: not there',
  })
  state!: VolumeState;

  @bytes('What the volume may take: VOLUME_MAX_SIZE_GB')
  quotaBytes!: number;

  @bytesOrNull('What is taken on the file system under the volume, by whomever: a directory shares it. Null when down')
  allocatedBytes!: number | null;

  @bytesOrNull('What the files of the volume take on disk (blocks, not lengths; hard links once). Null until counted')
  usedBytes!: number | null;

  @bytesOrNull('Size of the file system under the volume')
  fileSystemBytes!: number | null;

  @bytesOrNull('What is left on the file system for ordinary users')
  availableBytes!: number | null;

  @ApiProperty({ type: Number, nullable: true, description: 'usedBytes of quotaBytes' })
  usedPercent!: number | null;

  @ApiProperty({
    type: Number,
    nullable: true,
    description: 'How full the file system is for ordinary users, as df says',
  })
  fileSystemPercent!: number | null;

  @ApiProperty({ type: Date, nullable: true, description: 'When usedBytes was counted' })
  usageMeasuredAt!: Date | null;

  @ApiProperty({ description: 'Percent from which the state is warning' })
  warningPercent!: number;

  @ApiProperty({ description: 'Percent from which the state is critical' })
  criticalPercent!: number;
}

export class VolumePageInfo {
  @ApiProperty()
  limit!: number;

  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}

export class VolumePage {
  @ApiProperty({ type: [VolumeDto] })
  items!: VolumeDto[];

  @ApiProperty({ type: VolumePageInfo })
  page!: VolumePageInfo;
}

export class UsageQuery {
  @ApiPropertyOptional({
    type: Boolean,
    default: false,
    description: 'Count anew. Waits 10 s at most; a longer count goes on, and the answer then has the last one',
  })
  @IsOptional()
  @Transform(({ value }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  refresh: boolean = false;
}

export class VolumeUsageDto {
  @ApiProperty()
  volumeId!: string;

  @bytesOrNull('Space that files and folders take on disk; null until the first count has ended')
  usedBytes!: number | null;

  @ApiProperty({ type: Number, nullable: true, description: 'Files and links; one with several names counts once' })
  files!: number | null;

  @ApiProperty({ type: Number, nullable: true, description: 'Folders, the volume itself included' })
  folders!: number | null;

  @ApiProperty({
    type: Number,
    nullable: true,
    description: 'Folders that could not be read: their content is missing here',
  })
  unreadable!: number | null;

  @ApiProperty({ type: Date, nullable: true })
  measuredAt!: Date | null;

  @ApiProperty({ type: Number, nullable: true, description: 'How old the figures are' })
  ageSeconds!: number | null;

  @ApiProperty({ type: Number, nullable: true, description: 'How long the count took' })
  durationMs!: number | null;

  @ApiProperty({ description: 'A count runs now' })
  measuring!: boolean;
}
