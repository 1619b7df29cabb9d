import type { OpenAPIObject } from '@nestjs/swagger';
import { JOB_STATES } from '@lucid/jobs/job-record';
import { ERRORS } from '@lucid/models/errors';

type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;
export type Schema = Schemas[string];

const text: Schema = { type: 'string' };
const time: Schema = { type: 'string', format: 'date-time' };
const count: Schema = { type: 'integer' };
const nullable = (schema: Schema): Schema => ({ oneOf: [schema, { type: 'null' } as unknown as Schema] });
const timeOrNull = { type: ['string', 'null'], format: 'date-time' } as unknown as Schema;
const numberOrNull = { type: ['number', 'null'] } as unknown as Schema;

function object(properties: Record<string, Schema>, description?: string, optional: string[] = []): Schema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', ...(description && { description }), required, properties };
}

const fieldError = object({ pointer: text, code: text, message: text });

/** RFC 9457, with the members of `problem.ts`. */
const problem = object(
  {
    type: { type: 'string', format: 'uri-reference', description: 'Where the code is explained, on this service' },
    ...{ title: text, status: count, detail: text, instance: text },
    code: { type: 'string', enum: Object.keys(ERRORS) },
    correlationId: text,
    retryable: { type: 'boolean', description: 'May the same request succeed later?' },
    errors: { type: 'array', items: fieldError },
  },
  'What went wrong and what to do (RFC 9457); `code` is one of docs/errors.md',
  ['errors'],
);

const storedError = object(
  {
    ...{ code: text, title: text, detail: text, status: count, retryable: { type: 'boolean' } },
    errors: { type: 'array', items: fieldError },
  },
  undefined,
  ['errors'],
);

const progress = object(
  {
    ...{ phase: text, done: { type: 'number' }, total: numberOrNull, unit: text },
    ...{ etaSeconds: numberOrNull, ratePerSecond: numberOrNull, note: text },
  },
  undefined,
  ['ratePerSecond', 'note'],
);

/** `JobView` of libs/jobs. */
const job = object(
  {
    ...{ id: text, name: text, queue: text, state: { type: 'string', enum: [...JOB_STATES] }, revision: count },
    progress: nullable(progress),
    result: nullable({ type: 'object', description: 'As the kind of the job has it; there when it ended' }),
    error: nullable(storedError),
    payload: { type: 'object', description: 'What was asked for' },
    ...{ attempts: count, interruptions: count, actor: text, correlationId: text, createdAt: time },
    ...{ startedAt: timeOrNull, finishedAt: timeOrNull, notBefore: timeOrNull, cancelRequestedAt: timeOrNull },
  },
  'A job. Follow it at its Location, or as events at `…/events`',
);

/** What every service's document has, whatever its routes say. */
export const COMMON_SCHEMAS: Schemas = { Job: job, Problem: problem };

export const refTo = (name: string): { $ref: string } => ({ $ref: `#/components/schemas/${name}` });
