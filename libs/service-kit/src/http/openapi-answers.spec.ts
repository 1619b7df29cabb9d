import type { OpenAPIObject } from '@nestjs/swagger';
import { describeAnswers } from './openapi-answers.ts';

function documentOf(responses: Record<string, object>, path = '/backup'): OpenAPIObject {
  return { openapi: '3.1.0', info: { title: '', version: '' }, paths: { [path]: { post: { responses } } } } as never;
}

describe('the document of a service', () => {
  it('describes the job that a 202 answers, and every problem', () => {
    const described = describeAnswers(documentOf({ '202': { description: '' } }));
    expect(described.paths['/backup']?.post?.responses).toMatchObject({
      202: {
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Job' } } },
        headers: { Location: {} },
      },
      default: { content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } },
    });
    expect(Object.keys(described.components?.schemas ?? {})).toEqual(['Job', 'Problem']);
  });

  it('leaves what a route says itself, and health checks', () => {
    const own = { '202': { description: 'mine', content: {} }, default: { description: 'mine' } };
    expect(describeAnswers(documentOf(structuredClone(own))).paths['/backup']?.post?.responses).toEqual(own);
    const health = { '200': { description: '' } };
    expect(describeAnswers(documentOf({ ...health }, '/health/live')).paths['/health/live']?.post?.responses).toEqual(
      health,
    );
  });
});
