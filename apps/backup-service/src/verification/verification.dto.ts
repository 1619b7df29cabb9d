import { VERIFY_LEVELS, type VerifyLevel } from '@lucid/jobs/contracts/backup-verify';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';

const LEVELS = [...VERIFY_LEVELS, 'drill'] as const;

/** Body of a verification: the backup stands in the address. */
export class VerifyBackupDto {
  /**
   * manifest: authentic, and every chunk is there; ciphertext: every chunk is read; plaintext: decrypted and hashed too; drill: restored
   * into a place of its own and compared.
   */
  @ApiPropertyOptional({ enum: LEVELS, default: 'plaintext' })
  @IsOptional()
  @IsIn(LEVELS)
  level?: VerifyLevel | 'drill';
}
