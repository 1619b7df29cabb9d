import 'reflect-metadata';
import { AppError } from '@lucid/core/app-error';
import { Type } from 'class-transformer';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsDate, IsInt, IsObject, IsOptional, IsRFC3339, IsString, ValidateNested } from 'class-validator';
import { createValidationPipe, refuseFields } from './validation.ts';

class Inner {
  @IsInt()
  size!: number;
}

class Body {
  @IsString()
  name!: string;

  @ValidateNested()
  @Type(() => Inner)
  inner!: Inner;
}

class Times {
  @IsOptional()
  @IsRFC3339()
  at?: string;

  @IsOptional()
  @Type(() => Date)
  @IsDate()
  since?: Date;
}

class Part {
  @ApiPropertyOptional()
  @IsOptional()
  @IsInt()
  size?: number;
}

class Loose {
  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  name?: string;

  @ApiPropertyOptional({ nullable: true })
  @IsOptional()
  @IsString()
  note?: string | null;

  @ApiPropertyOptional({ type: () => [Part] })
  @IsOptional()
  @ValidateNested({ each: true })
  @Type(() => Part)
  parts?: Part[];

  @ApiPropertyOptional()
  @IsOptional()
  @IsObject()
  document?: Record<string, unknown>;
}

function validate(value: unknown, metatype: new () => object = Body): Promise<unknown> {
  return createValidationPipe().transform(value, { type: 'body', metatype });
}

describe('the validation pipe', () => {
  it('lets a valid body through', async () => {
    await expect(validate({ name: 'a', inner: { size: 1 } })).resolves.toEqual({ name: 'a', inner: { size: 1 } });
  });

  it('points at every field that is wrong, nested and unknown ones too', async () => {
    const error: AppError = await validate({ name: 5, inner: { size: 'x' }, other: 1 }).then(
      () => Promise.reject(new Error('was accepted')),
      (refused: AppError) => refused,
    );
    expect(error.code).toBe('VALIDATION_FAILED');
    expect(error.errors?.map(({ pointer, code }) => [pointer, code]).sort()).toEqual([
      ['/inner/size', 'IS_INT'],
      ['/name', 'IS_STRING'],
      ['/other', 'UNKNOWN_FIELD'],
    ]);
  });

  it('says how a time is written', async () => {
    for (const wrong of [{ at: 'yesterday' }, { since: 'yesterday' }]) {
      const [field] = Object.keys(wrong);
      await expect(validate(wrong, Times)).rejects.toMatchObject({
        errors: [{ pointer: `/${field}`, message: expect.stringMatching(/RFC 3339.*2026-01-09T14:03:10Z/) }],
      });
    }
  });

  it('calls the body so, which has an empty pointer', () => {
    expect(refuseFields([{ pointer: '', code: 'X', message: 'x' }]).message).toBe('1 problem(s) with the body');
  });

  it('takes null for a value where the document says so, and for nothing anywhere', async () => {
    const good = { note: null, document: { a: null, b: [{ c: null }] } };
    await expect(validate(good, Loose)).resolves.toEqual(good);
    const pointersOf = (value: object): Promise<string[] | undefined> =>
      validate(value, Loose).then(
        () => [],
        ({ errors }: AppError) => errors?.map(({ pointer }) => pointer),
      );
    expect(await pointersOf({ name: null })).toEqual(['/name']);
    expect(await pointersOf({ parts: [{ size: 1 }, { size: null }] })).toEqual(['/parts/1/size']);
  });
});
