import { type RunningEngines, startEngines } from './engines.ts';

/**
 * Engines for as long as somebody holds our standard input open: a test run, or the keeper of a session. The first line
 * of the standard output is the environment as JSON. Ctrl-C and SIGTERM end it too; the
 * death of one engine does not, since tests kill them on purpose.
 */
export async function serve(): Promise<void> {
  const ended = new AbortController();
  const end = (why: string): void => ended.abort(new Error(why));
  process.on('SIGINT', () => end('interrupted'));
  process.on('SIGTERM', () => end('terminated'));
  process.stdin.on('error', () => end('its owner is gone'));
  process.stdin.on('close', () => end('its owner is gone'));
  process.stdin.resume();
  let engines: RunningEngines | undefined;
  try {
    engines = await startEngines({ signal: ended.signal });
    process.stdout.on('error', () => end('its owner is gone'));
    process.stdout.write(`${JSON.stringify(engines.env)}\n`);
    await new Promise<void>((done) => {
      if (ended.signal.aborted) done();
      ended.signal.addEventListener('abort', () => done(), { once: true });
    });
  } catch (error) {
    if (!ended.signal.aborted) throw error;
  } finally {
    await engines?.stop();
    process.stdin.destroy(); // or its pipe would keep this process
  }
}
