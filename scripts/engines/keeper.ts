// The process behind `up`: owns the engines of a session. `keeper.ts STATE_FILE`; SIGTERM ends it.
import { rm } from 'node:fs/promises';
import { type RunningEngines, startEngines } from './engines.ts';
import { claimSession, writeState } from './session.ts';

const [stateFile = ''] = process.argv.slice(2);
const ended = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => ended.abort(new Error(signal)));
process.on('SIGHUP', () => undefined); // the terminal that said `up` may be closed

if (!(await claimSession(stateFile))) {
  process.stderr.write('engines: another keeper has the session\n');
  process.exit(1);
}
let engines: RunningEngines;
try {
  engines = await startEngines({ signal: ended.signal });
} catch (error) {
  await rm(stateFile, { force: true });
  throw error;
}
await writeState(stateFile, { keeperPid: process.pid, env: engines.env });
const keepAlive = setInterval(() => undefined, 60_000);
await new Promise<void>((done) => {
  if (ended.signal.aborted) done();
  ended.signal.addEventListener('abort', () => done(), { once: true });
});
process.stderr.write('engines: stopping\n');
clearInterval(keepAlive);
await rm(stateFile, { force: true });
await engines.stop();
