import { applyDecorators, type Type } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiProperty, getSchemaPath } from '@nestjs/swagger';
import { refTo } from './schemas.ts';

/** Where a page of a list stands. */
export class PageInfo {
  @ApiProperty({ type: 'integer' })
  limit!: number;

  @ApiProperty({ type: String, nullable: true, description: 'Null on the last page' })
  nextCursor!: string | null;
}

/** 200 with a page of these. */
export function ApiPage(item: Type): MethodDecorator {
  return pageOf({ $ref: getSchemaPath(item) }, [item]);
}

/** 200 with a page of jobs. */
export function ApiJobPage(): MethodDecorator {
  return pageOf(refTo('Job'), []);
}

/** 200 with a job. */
export function ApiJob(): MethodDecorator {
  return ApiOkResponse({ description: 'The job', schema: refTo('Job') });
}

function pageOf(items: { $ref: string }, models: Type[]): MethodDecorator {
  const properties = { items: { type: 'array', items }, page: { $ref: getSchemaPath(PageInfo) } };
  return applyDecorators(
    ApiExtraModels(PageInfo, ...models),
    ApiOkResponse({
      description: 'A page of the list',
      schema: { type: 'object', required: ['items', 'page'], properties },
    }),
  );
}
