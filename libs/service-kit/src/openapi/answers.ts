import { STATUS_CODES } from 'node:http';
import { ERRORS, type ErrorCode } from '@lucid/models/errors';
import type { OpenAPIObject } from '@nestjs/swagger';
import { IDEMPOTENCY_KEY } from './headers.ts';
import { operationsOf, type LucidOperation } from './operations.ts';
import { byStatus, problemsOf, type OperationTraits } from './problems.ts';
import { COMMON_SCHEMAS, refTo } from './schemas.ts';

type Answer = Exclude<NonNullable<LucidOperation['responses'][string]>, { $ref: string }>;

const header = (description: string): { description: string; schema: { type: 'string' } } => ({
  description,
  schema: { type: 'string' },
});

const PROBLEM_CONTENT = { 'application/problem+json': { schema: refTo('Problem') } };

/** Headers that a refusal of this status carries. */
const PROBLEM_HEADERS: Partial<Record<number, Answer['headers']>> = {
  401: { 'WWW-Authenticate': header('How to say who calls') },
  429: { 'Retry-After': header('Seconds to wait') },
  503: { 'Retry-After': header('Seconds to wait') },
};

function hasHeader({ parameters = [] }: LucidOperation, name: string): boolean {
  return parameters.some((one) => 'name' in one && one.in === 'header' && one.name.toLowerCase() === name);
}

function traitsOf(operation: LucidOperation, startsJob: boolean): OperationTraits {
  const places = (operation.parameters ?? []).map((parameter) => ('in' in parameter ? parameter.in : ''));
  return {
    isPublic: operation['x-lucid-role'] === 'public',
    hasParameters: places.length > 0,
    hasPathParameters: places.includes('path'),
    hasBody: operation.requestBody !== undefined,
    hasIfMatch: hasHeader(operation, 'if-match'),
    startsJob,
  };
}

/** The job that a 202 answers, its address, and the key that makes asking twice safe. */
function describeJob(method: string, operation: LucidOperation): boolean {
  const accepted = operation.responses['202'] as Answer | undefined;
  if (!accepted) return false;
  if (!accepted.content) {
    accepted.description ||= 'The job';
    accepted.content = { 'application/json': { schema: refTo('Job') } };
  }
  // What cancels a job answers it too, and starts none.
  if (method !== 'post') return hasHeader(operation, 'idempotency-key');
  accepted.headers ??= { Location: header('Address of the job') };
  if (!hasHeader(operation, 'idempotency-key')) {
    operation.parameters = [...(operation.parameters ?? []), { in: 'header', ...IDEMPOTENCY_KEY }];
  }
  return true;
}

/** Single resources that can be changed under a condition say which revision they are. */
function describeTags(path: string, operation: LucidOperation, conditional: ReadonlySet<string>): void {
  if (!conditional.has(path)) return;
  for (const status of ['200', '201']) {
    const answer = operation.responses[status] as Answer | undefined;
    if (answer?.content) answer.headers = { ETag: header('Its revision, for If-Match'), ...answer.headers };
  }
}

function problemAnswer(status: number, codes: readonly ErrorCode[]): Answer {
  const headers = PROBLEM_HEADERS[status];
  return {
    description: codes.map((code) => `\`${code}\`: ${ERRORS[code].title}`).join('; '),
    ...(headers && { headers }),
    content: PROBLEM_CONTENT,
  };
}

const EVERYTHING: OperationTraits = {
  ...{
    isPublic: false,
    hasParameters: true,
    hasPathParameters: true,
    hasBody: true,
    hasIfMatch: true,
    startsJob: true,
  },
};
const COMMON = byStatus(problemsOf(EVERYTHING));
const COMMON_ANSWERS = Object.fromEntries(
  [...COMMON].map(([status, codes]) => [`Problem${status}`, problemAnswer(status, codes)]),
);

/** What a route says of a refusal itself stays; what it leaves out is filled in. */
function describeProblems(operation: LucidOperation, common: readonly ErrorCode[]): void {
  const named = operation['x-lucid-problems'] ?? [];
  delete operation['x-lucid-problems'];
  const { responses } = operation;
  for (const [status, codes] of byStatus([...common, ...named])) {
    const isCommon = codes.every((code) => common.includes(code));
    responses[status] ??= isCommon ? { $ref: `#/components/responses/Problem${status}` } : problemAnswer(status, codes);
  }
  for (const [status, answer] of Object.entries(responses)) {
    if (!answer || '$ref' in answer) continue;
    answer.description ||= STATUS_CODES[status] ?? '';
    if (Number(status) >= 400) answer.content ??= PROBLEM_CONTENT;
  }
}

/** Adds to a document what routes have in common: jobs, conditions, and the problem of whatever is refused. */
export function describeAnswers(document: OpenAPIObject): OpenAPIObject {
  const operations = operationsOf(document);
  const withCondition = operations.filter(({ operation }) => hasHeader(operation, 'if-match'));
  const conditional = new Set(withCondition.map(({ path }) => path));
  for (const { path, method, operation } of operations) {
    const startsJob = describeJob(method, operation);
    describeTags(path, operation, conditional);
    describeProblems(operation, problemsOf(traitsOf(operation, startsJob)));
  }
  const { components = {} } = document;
  const responses = { ...components.responses, ...COMMON_ANSWERS };
  return {
    ...document,
    components: { ...components, schemas: { ...components.schemas, ...COMMON_SCHEMAS }, responses },
  };
}
