import type { OpenAPIObject } from '@nestjs/swagger';
import { describeAnswers } from './answers.ts';
import type { LucidOperation } from './operations.ts';

function describeOne(operation: Partial<LucidOperation>, method = 'post'): LucidOperation {
  const document = { openapi: '3.1.0', info: { title: '', version: '' }, paths: { '/x': { [method]: operation } } };
  const described = describeAnswers(document as unknown as OpenAPIObject);
  return (described.paths['/x'] as unknown as Record<string, LucidOperation>)[method]!;
}

const ref = (status: number): object => ({ $ref: `#/components/responses/Problem${status}` });

describe('the document of a service', () => {
  it('describes the job that a POST starts, its address, and the key that makes asking twice safe', () => {
    const { responses, parameters } = describeOne({ responses: { '202': { description: '' } } });
    expect(responses['202']).toMatchObject({
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Job' } } },
      headers: { Location: {} },
    });
    expect(parameters).toMatchObject([{ name: 'Idempotency-Key', in: 'header', required: false }]);
    expect(responses['409']).toEqual(ref(409));
  });

  it('describes the job that a DELETE cancels, which is not a new one', () => {
    const { responses, parameters } = describeOne({ responses: { '202': { description: '' } } }, 'delete');
    expect(responses['202']).toMatchObject({ content: { 'application/json': {} } });
    expect(responses['202']).not.toHaveProperty('headers');
    expect(parameters).toBeUndefined();
  });

  it('names the refusals by what a route has: parameters, a body, a condition', () => {
    const parameter = (name: string, place: string) => ({ name, in: place, required: true });
    const plain = describeOne({ responses: { '200': { description: '' } } });
    expect(Object.keys(plain.responses)).toEqual(['200', '400', '401', '403', '429', '431', '503', '504']);
    const rich = describeOne({
      responses: { '200': { description: '', content: {} } },
      parameters: [parameter('id', 'path'), parameter('If-Match', 'header')] as never,
      requestBody: { content: {} },
    });
    expect(Object.keys(rich.responses).filter((status) => !(status in plain.responses))).toEqual([
      '404',
      '412',
      '413',
      '414',
      '415',
    ]);
    expect(rich.responses['200']).toMatchObject({ headers: { ETag: {} } });
  });

  it('asks nothing of a public route, and adds the codes that a route names', () => {
    const open = describeOne({ responses: { '200': { description: '' } }, 'x-lucid-role': 'public' });
    expect(Object.keys(open.responses)).toEqual(['200']);
    const named = describeOne({
      responses: { '200': { description: '' }, '422': { description: 'mine' } },
      'x-lucid-problems': ['BACKUP_HELD', 'RESTORE_REFUSED'],
    });
    expect(named.responses['409']).toMatchObject({ description: expect.stringContaining('BACKUP_HELD') });
    expect(named.responses['422']).toMatchObject({ description: 'mine', content: { 'application/problem+json': {} } });
    expect(named).not.toHaveProperty('x-lucid-problems');
  });
});
