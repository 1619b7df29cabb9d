import { VERIFY_LEVELS, type VerifyLevel } from '@lucid/jobs/contracts/backup-verify';
import { REPOSITORY_NAME } from '@lucid/jobs/contracts/names';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, Matches } from 'class-validator';

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

  @ApiPropertyOptional({ type: String, description: 'Reads the copy of this repository' })
  @IsOptional()
  @Matches(REPOSITORY_NAME, { message: 'must be the name of a repository' })
  repository?: string;
}
