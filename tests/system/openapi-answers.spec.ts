import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '@lucid/clients/process/run-program';
import { schemathesis } from '../../scripts/engines/schemathesis.ts';
import { API_KEY, startSuite, type Suite } from './suite.ts';

/** What must not be asked at random, and why. Everything else is. */
const LEFT_OUT = {
  '/events$': 'streams that do not end by themselves',
  '/changes$': 'streams that do not end by themselves',
  '/replica-set/': 'changes the replica set that every test shares',
  '/profiler$': 'slows the engine that every test shares, and fills its profile',
  '/operations/': 'ends operations of other tests',
  '/cache/flush$': 'empties the Redis that every test shares',
} as const;

const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
];
/** Beside the cases of each rule of the document, which are always the same ones. */
const RANDOM_CASES = 3;
/** Only a limit for what hangs: it is two minutes of work for a busy host. */
const LONGEST_MS = 900_000;

/**
 * schemathesis asks for what the documents allow, and for what they do not: every answer is one that the document names, in its form,
 * and none is our own mistake. The services take the role `api`: what they are asked for as jobs is stored, and nobody does it.
 */
describe('answers to requests at random are those of the OpenAPI documents', () => {
  let suite: Suite;

  beforeAll(async () => {
    suite = await startSuite(['storage-api', 'backup-service'], { LUCID_ROLE: 'api', LOG_LEVEL: 'error' });
  });
  afterAll(() => suite.stop());

  it.each(['storage-api', 'backup-service'] as const)(
    '%s',
    async (name) => {
      const { url } = suite.process(name);
      const headers = { authorization: `Bearer ${API_KEY}` };
      const document = join(suite.folder, `${name}.json`);
      await writeFile(document, await (await fetch(`${url}/openapi.json`, { headers })).text());
      const { program, args, env } = await schemathesis({ say: console.log, signal: new AbortController().signal });
      const asked = [
        'run',
        document,
        '--url',
        url,
        '--header',
        `Authorization: ${headers.authorization}`,
        '--seed',
        '1',
      ];
      asked.push('--phases', 'examples,coverage,fuzzing', '--max-examples', String(RANDOM_CASES), '--workers', '1');
      asked.push('--no-shrink', '--continue-on-failure', '--request-timeout', '20', '--warnings', 'off');
      asked.push('--suppress-health-check', 'all', '--checks', CHECKS.join(','));
      asked.push('--exclude-path-regex', Object.keys(LEFT_OUT).join('|'));
      const options = { env: { ...env, NO_COLOR: '1' }, cwd: suite.folder, timeoutMs: LONGEST_MS };
      const run = runProgram(program, [...args, ...asked], options);
      const text = await run.then(
        ({ stdout }) => stdout,
        ({ cause }: { cause?: Error }) => String(cause?.message),
      );
      const failures = /=+ (FAILURES|ERRORS) =+[\s\S]*/.exec(text)?.[0] ?? '';
      expect(failures).toBe('');
      // It has really asked: hundreds of times, and every operation but the ones above.
      const tested = Number(/Tested: (\d+)/.exec(text)?.[1]);
      const all = Number(/Selected: \d+\/(\d+)/.exec(text)?.[1]);
      expect(tested).toBeGreaterThan(all * 0.8);
      expect(Number(/(\d+) generated/.exec(text)?.[1])).toBeGreaterThan(500);
    },
    LONGEST_MS + 60_000,
  );
});
