import { ApiProperty } from '@nestjs/swagger';
import { Matches } from 'class-validator';

const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;

export class BalancerWindowDto {
  @ApiProperty({ example: '23:00', description: 'Time of day of the config servers' })
  @Matches(TIME, { message: 'start must be a time of day: HH:MM' })
  start!: string;

  @ApiProperty({ example: '06:00', description: 'May lie on the next day' })
  @Matches(TIME, { message: 'stop must be a time of day: HH:MM' })
  stop!: string;
}

export class BalancerDto {
  @ApiProperty({ description: 'May it move chunks?' })
  isEnabled!: boolean;

  @ApiProperty({ example: 'full', description: 'As the server says it: full or off; before 6.1 autoSplitOnly too' })
  mode!: string;

  @ApiProperty({ description: 'Does it move chunks now?' })
  isRunning!: boolean;

  @ApiProperty({ type: () => BalancerWindowDto, nullable: true, description: 'Null: at any time' })
  window!: BalancerWindowDto | null;
}
