import { FakeClock } from '@lucid/testing/fake-clock';
import { createLogger } from './logger.ts';
import { runInContext } from './request-context.ts';
import { RequestLog } from './request-log.ts';

const CORRELATION = { correlationId: 'abc', actor: { id: 'key "1"\n', role: 'viewer' } };
const LINE = { method: 'GET', path: '/a"b\\c\u2028\n', status: 200, durationMs: 1.25 };

function logTo(lines: string[]): { log: RequestLog; logger: ReturnType<typeof createLogger> } {
  const logger = createLogger('storage-api', 'info', { write: (text) => void lines.push(text) });
  return { log: new RequestLog(logger, new FakeClock()), logger };
}

describe('the log of requests', () => {
  it('has the members of a line that the logger writes, whatever the texts hold', () => {
    const lines: string[] = [];
    const { log, logger } = logTo(lines);
    runInContext(CORRELATION, () => logger.info(LINE, 'request'));
    log.add('info', { ...LINE, correlationId: CORRELATION.correlationId, actor: CORRELATION.actor.id });
    log.flush();
    const [own = '', quick = ''] = lines;
    expect(quick.endsWith('}\n')).toBe(true);
    expect(JSON.parse(quick)).toEqual({ ...(JSON.parse(own) as object), time: new FakeClock().now().toISOString() });
  });

  it('writes lines together, in their order, once', () => {
    const lines: string[] = [];
    const { log } = logTo(lines);
    for (const path of ['/1', '/2', '/3']) log.add('info', { ...LINE, path, correlationId: 'a', actor: undefined });
    expect(lines).toEqual([]);
    log.flush();
    log.flush();
    expect(lines).toHaveLength(1);
    const paths = String(lines[0])
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { path: string }).path);
    expect(paths).toEqual(['/1', '/2', '/3']);
  });

  it('writes soon by itself, and at once when there is much', async () => {
    const lines: string[] = [];
    const { log } = logTo(lines);
    log.add('info', { ...LINE, correlationId: 'a', actor: undefined });
    while (lines.length === 0) await new Promise((done) => setTimeout(done, 1));
    log.add('info', { ...LINE, path: 'x'.repeat(20_000), correlationId: 'a', actor: undefined });
    expect(lines).toHaveLength(2);
  });
});
