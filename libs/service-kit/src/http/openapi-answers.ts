import type { OpenAPIObject } from '@nestjs/swagger';
import { JOB_STATES } from '@lucid/jobs/job-record';

type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;
type Schema = Schemas[string];

const METHODS = ['get', 'put', 'post', 'delete', 'patch'] as const;
const text: Schema = { type: 'string' };
const time = { type: ['string', 'null'], format: 'date-time' } as unknown as Schema;
const count: Schema = { type: 'integer' };
const nullable = (schema: Schema): Schema => ({ oneOf: [schema, { type: 'null' } as unknown as Schema] });
const numberOrNull = { type: ['number', 'null'] } as unknown as Schema;

/** RFC 9457, with the members of `problem.ts`. */
const problem: Schema = {
  type: 'object',
  description: 'What went wrong and what to do (RFC 9457); `code` is one of docs/errors.md',
  required: ['type', 'title', 'status', 'detail', 'instance', 'code', 'correlationId', 'retryable'],
  properties: {
    ...{ type: text, title: text, status: count, detail: text, instance: text, code: text, correlationId: text },
    retryable: { type: 'boolean', description: 'May the same request succeed later?' },
    errors: {
      type: 'array',
      items: { type: 'object', properties: { pointer: text, code: text, message: text } },
    },
  },
};

const progress: Schema = {
  type: 'object',
  properties: {
    phase: text,
    done: count,
    total: numberOrNull,
    unit: text,
    etaSeconds: numberOrNull,
    ratePerSecond: numberOrNull,
  },
};

/** `JobView` of libs/jobs. */
const job: Schema = {
  type: 'object',
  description: 'A job. Follow it at its Location, or as events at `…/events`',
  properties: {
    ...{ id: text, name: text, queue: text, state: { type: 'string', enum: [...JOB_STATES] }, revision: count },
    progress: nullable(progress),
    result: nullable({ type: 'object', description: 'As the kind of the job has it; there when it ended' }),
    error: nullable({
      type: 'object',
      properties: { code: text, title: text, detail: text, retryable: { type: 'boolean' } },
    }),
    payload: { type: 'object' },
    ...{ attempts: count, interruptions: count, actor: text, correlationId: text, createdAt: text },
    ...{ startedAt: time, finishedAt: time, notBefore: time, cancelRequestedAt: time },
  },
};

const refTo = (name: string): { $ref: string } => ({ $ref: `#/components/schemas/${name}` });

/** Adds to a document what every route has in common: the job that a 202 answers, and the problem of whatever is refused. */
export function describeAnswers(document: OpenAPIObject): OpenAPIObject {
  const schemas = { ...document.components?.schemas, Job: job, Problem: problem };
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      const responses = item[method]?.responses;
      if (!responses || path.startsWith('/health')) continue;
      const accepted = responses['202'];
      if (accepted && !('$ref' in accepted) && !accepted.content) {
        accepted.description ||= 'The job';
        accepted.content = { 'application/json': { schema: refTo('Job') } };
        accepted.headers = { Location: { description: 'Address of the job', schema: text } };
      }
      responses['default'] ??= {
        description: 'Refused, or failed',
        content: { 'application/problem+json': { schema: refTo('Problem') } },
      };
    }
  }
  return { ...document, components: { ...document.components, schemas } };
}
