import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Answer {
  $ref?: string;
  description?: string;
  content?: Record<string, { schema?: object }>;
}

interface Operation {
  summary?: string;
  tags?: string[];
  parameters?: { name: string; in: string }[];
  requestBody?: object;
  responses: Record<string, Answer>;
  'x-lucid-role'?: string;
}

interface Document {
  info: { title: string; description: string };
  paths: Record<string, Record<string, Operation>>;
  components: { responses: Record<string, Answer> };
}

const documents = ['storage-api', 'backup-service', 'volume-manager', 'monitoring'].map((name) => {
  const file = join(import.meta.dirname, 'generated', `${name}.openapi.json`);
  return [name, JSON.parse(readFileSync(file, 'utf8')) as Document] as const;
});

/** What a reader of the document would miss of an answer. */
function gapsOfAnswer(path: string, status: string, { content = {}, description }: Answer): string[] {
  const gaps: string[] = [];
  const isBare = status === '204' || status === '304';
  const hasSchema = Object.keys(content).length > 0 && Object.values(content).every(({ schema }) => schema);
  if (!description && !path.startsWith('/health')) gaps.push(`${status} has no description`);
  if (status < '400' && !isBare && !hasSchema) gaps.push(`${status} has no schema`);
  // A failed health check answers as a good one does.
  const isProblem = 'application/problem+json' in content || path.startsWith('/health');
  if (status >= '400' && !isProblem) gaps.push(`${status} is no problem`);
  return gaps;
}

/** What a reader of the document would miss of an operation. */
function gapsOf(path: string, method: string, operation: Operation, document: Document): string[] {
  const { responses, requestBody, parameters = [] } = operation;
  const has = (...statuses: string[]): boolean => statuses.every((status) => status in responses);
  const isOpen = operation['x-lucid-role'] === 'public';
  const startsJob = method === 'post' && has('202');
  const needs: [unknown, string][] = [
    [operation.summary, 'no summary'],
    [operation.tags?.length, 'no tag'],
    [operation['x-lucid-role'], 'no role'],
    [isOpen || has('401', '403', '429', '503'), 'no refusals of a key'],
    [isOpen || !path.includes('{') || has('404', '414'), 'no refusals of an address'],
    [!requestBody || has('400', '413', '415'), 'no refusals of a body'],
    [Object.keys(responses).some((status) => status < '300'), 'no success'],
    [!startsJob || parameters.some(({ name }) => name === 'Idempotency-Key'), 'no Idempotency-Key'],
  ];
  const lacking = needs.filter(([holds]) => !holds).map(([, what]) => what);
  const ofAnswers = Object.entries(responses).flatMap(([status, { $ref, ...own }]) => {
    const shared = document.components.responses[$ref?.split('/').at(-1) ?? ''];
    return gapsOfAnswer(path, status, shared ?? own);
  });
  return [...lacking, ...ofAnswers].map((what) => `${method} ${path}: ${what}`);
}

describe.each(documents)('the document of %s', (name, document) => {
  it('is of this service', () => {
    expect(document.info.title).toBe(`Lucid ${name}`);
  });

  it('leaves out nothing of an operation that a client needs', () => {
    const operations = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => [path, method, operation] as const),
    );
    expect(operations.length).toBeGreaterThan(8);
    expect(operations.flatMap(([path, method, operation]) => gapsOf(path, method, operation, document))).toEqual([]);
  });
});
