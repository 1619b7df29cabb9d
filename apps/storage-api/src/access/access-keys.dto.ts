import { ROLES, type Role } from '@lucid/models/roles';
import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsString, Length } from 'class-validator';

export class CreateApiKeyDto {
  @ApiProperty({ description: 'What the key is for', minLength: 1, maxLength: 100 })
  @IsString()
  @Length(1, 100)
  name!: string;

  @ApiProperty({ enum: ROLES })
  @IsIn(ROLES)
  role!: Role;
}

/** A new key, with the key itself. */
export class CreatedApiKeyDto {
  @ApiProperty()
  id!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty({ enum: ROLES })
  role!: Role;

  @ApiProperty({ description: 'Shown once, never stored' })
  key!: string;

  @ApiProperty()
  createdAt!: Date;
}

export class ApiKeyDto {
  @ApiProperty()
  id!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty({ enum: ROLES })
  role!: Role;

  @ApiProperty()
  createdAt!: Date;

  @ApiProperty()
  createdBy!: string;

  @ApiProperty({ type: Date, nullable: true })
  revokedAt!: Date | null;
}
