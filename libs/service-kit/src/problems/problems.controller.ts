import { AppError } from '@lucid/core/app-error';
import { ERRORS, type ErrorCode } from '@lucid/models/errors';
import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Public } from '../access/route-access.ts';

/** What an error code means, and what to do. */
export class ProblemKind {
  @ApiProperty({ enum: Object.keys(ERRORS) })
  code!: ErrorCode;

  @ApiProperty({ description: 'HTTP status of the answers that carry it' })
  status!: number;

  @ApiProperty()
  title!: string;

  @ApiProperty({ description: 'May the same request succeed later, unchanged?' })
  retryable!: boolean;

  @ApiProperty()
  remedy!: string;
}

/** Explains problems: their `type` is an address here. No key needed, since a refused caller may have none. */
@ApiTags('problems')
@Controller('problems')
@Public()
export class ProblemsController {
  /** What an error code means and what to do; the `type` of every problem leads here. */
  @Get(':code')
  @ApiOkResponse({ type: ProblemKind })
  get(@Param('code') code: string): ProblemKind {
    if (!Object.hasOwn(ERRORS, code)) throw new AppError('NOT_FOUND', 'there is no such error code');
    const { status, title, retryable, remedy } = ERRORS[code as ErrorCode];
    return { code: code as ErrorCode, status, title, retryable, remedy };
  }
}
