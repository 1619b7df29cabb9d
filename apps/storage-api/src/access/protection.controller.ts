import { AppError } from '@lucid/core/app-error';
import { currentContext } from '@lucid/core/request-context';
import { RequireRole } from '@lucid/service-kit/access/route-access';
import { auditChange } from '@lucid/service-kit/audit/audited-change';
import { Protection } from '@lucid/service-kit/protection/protection.service';
import { Body, Controller, Get, Put } from '@nestjs/common';
import { ApiOkResponse, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsBoolean, IsOptional, IsString, Length } from 'class-validator';

export class PutProtectionDto {
  @ApiProperty()
  @IsBoolean()
  isProtected!: boolean;

  @ApiPropertyOptional({ minLength: 1, maxLength: 200, description: 'Shown to whoever is refused' })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  reason?: string;
}

export class ProtectionDto {
  @ApiProperty({ description: 'Are calls that destroy something refused with 423?' })
  isProtected!: boolean;

  @ApiProperty({ type: String, nullable: true })
  reason!: string | null;

  @ApiProperty({ type: Date, nullable: true })
  changedAt!: Date | null;

  @ApiProperty({ type: String, nullable: true })
  changedBy!: string | null;
}

@ApiTags('access')
@Controller('api/v1/protection')
@RequireRole('viewer')
export class ProtectionController {
  constructor(private readonly protection: Protection) {}

  /** Protected mode of the cluster. */
  @Get()
  @ApiOkResponse({ type: ProtectionDto })
  get(): Promise<ProtectionDto> {
    return this.protection.read();
  }

  /** Switches protected mode: at once here, within 5 s at the other services. A `dryRun` stays possible. */
  @Put()
  @RequireRole('admin')
  @ApiOkResponse({ type: ProtectionDto })
  async put(@Body() { isProtected, reason }: PutProtectionDto): Promise<ProtectionDto> {
    const actor = currentContext()?.actor;
    if (!actor) throw new AppError('UNAUTHENTICATED', 'the caller is not known');
    const before = await this.protection.read();
    const after = await this.protection.write(isProtected, reason ?? null, actor.id);
    auditChange(before, after);
    return after;
  }
}
