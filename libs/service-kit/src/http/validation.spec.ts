import 'reflect-metadata';
import { AppError } from '@lucid/core/app-error';
import { Type } from 'class-transformer';
import { IsInt, IsString, ValidateNested } from 'class-validator';
import { createValidationPipe } from './validation.ts';

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

function validate(value: unknown): Promise<unknown> {
  return createValidationPipe().transform(value, { type: 'body', metatype: Body });
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
});
