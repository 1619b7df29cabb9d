import 'reflect-metadata';
import type { PipeTransform } from '@nestjs/common';
import { Type } from 'class-transformer';
import { IsArray, IsInt, IsOptional, IsString, Max, MaxLength } from 'class-validator';
import { RememberedQueries } from './remembered-queries.ts';
import { createValidationPipe } from './validation.ts';

class ListQuery {
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Max(100)
  limit: number = 50;

  @IsOptional()
  @IsString()
  @MaxLength(2_000)
  name?: string;

  @IsOptional()
  @IsArray()
  tags?: string[];
}

class Counted implements PipeTransform {
  calls = 0;
  readonly #pipe = createValidationPipe();

  transform(...given: Parameters<PipeTransform['transform']>): Promise<unknown> {
    this.calls += 1;
    return this.#pipe.transform(given[0], given[1]);
  }
}

function pipes(): { counted: Counted; query: (value: unknown) => Promise<ListQuery> } {
  const counted = new Counted();
  const pipe = new RememberedQueries(counted);
  const query = async (value: unknown): Promise<ListQuery> =>
    (await pipe.transform(value, { type: 'query', metatype: ListQuery })) as ListQuery;
  return { counted, query };
}

describe('queries that were found valid', () => {
  it('are not looked at again, and each request has an object of its own', async () => {
    const { counted, query } = pipes();
    for (const given of [{}, { limit: '7', name: 'a' }]) {
      const first = await query({ ...given });
      const second = await query({ ...given });
      expect(second).toEqual(first);
      expect(second).toBeInstanceOf(ListQuery);
      second.limit = 1;
      first.limit = 2;
      expect((await query({ ...given })).limit).toBe('limit' in given ? 7 : 50);
    }
    expect(counted.calls).toBe(2);
  });

  it('are told from others by every character', async () => {
    const { query } = pipes();
    await query({ limit: '7' });
    expect(await query({ limit: '8' })).toMatchObject({ limit: 8 });
    await expect(query({ limit: '101' })).rejects.toThrow('limit');
    await expect(query({ limit: '7', other: '1' })).rejects.toThrow('other');
    await expect(query({ limit: ['7', '8'] })).rejects.toThrow('limit');
  });

  it('are refused each time anew, validated anew where they hold more than texts, and not kept for ever', async () => {
    const { counted, query } = pipes();
    for (let n = 0; n < 3; n += 1) {
      await expect(query({ limit: 'x' })).rejects.toThrow('limit');
      expect((await query({ tags: ['a'] })).tags).toEqual(['a']);
      await expect(query({ name: 'x'.repeat(2_001) })).rejects.toThrow('name');
    }
    expect(counted.calls).toBe(9);
    for (let n = 0; n < 101; n += 1) await query({ limit: String(n) }).catch(() => undefined);
    expect(counted.calls).toBe(110);
  });
});

it('takes any text where any text will do, and no other value', async () => {
  const { counted, query } = pipes();
  expect(await query({ name: 'a', limit: '3' })).toEqual({ name: 'a', limit: 3 });
  expect(await query({ name: ' {"b": 1}', limit: '3' })).toEqual({ name: ' {"b": 1}', limit: 3 });
  expect(await query({ name: '', limit: '3' })).toEqual({ name: '', limit: 3 });
  expect(counted.calls).toBe(1);
  for (const name of [['a', 'b'], 'x'.repeat(2_001), { a: '1' }])
    await expect(query({ name, limit: '3' })).rejects.toThrow('name');
  await expect(query({ name: 'a', limit: 'x' })).rejects.toThrow('limit');
  await expect(query({ limit: '3', other: { name: 'a' } })).rejects.toThrow('other');
});

it('leaves bodies to the pipe', async () => {
  const counted = new Counted();
  const pipe = new RememberedQueries(counted);
  for (let n = 0; n < 2; n += 1) await pipe.transform({ limit: 3 }, { type: 'body', metatype: ListQuery });
  expect(counted.calls).toBe(2);
});
