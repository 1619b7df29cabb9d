// Real engines for a test run. Those that the environment names are used as they are; the others are started once, by a
// process that ends them when our pipe to it closes, however this run ends. Jest calls this once a run although several
// projects name it; `engines.global-teardown.mjs` waits until they are gone.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const REQUIRED = ['MONGODB_URI', 'REDIS_URI', 'REDIS_QUEUE_URI', 'ELASTICSEARCH_URI'];

export default async function setup() {
  if (REQUIRED.every((name) => process.env[name])) return;
  const root = join(import.meta.dirname, '../..');
  // Jest's own NODE_OPTIONS (--experimental-vm-modules) are none of the engines' business.
  const { NODE_OPTIONS: _, ...env } = process.env;
  const args = ['--conditions=lucid-source', join(root, 'scripts/engines/main.ts'), 'serve'];
  // A process group of its own: a Ctrl-C reaches Jest, and the closing pipe then lets the engines stop in order.
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['pipe', 'pipe', 'inherit'], detached: true });
  child.stdin.on('error', () => {});
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout });
  const line = await Promise.race([once(lines, 'line').then(([text]) => text), exited.then(() => undefined)]);
  if (line === undefined) throw new Error('the engines did not start: the lines above say why');
  Object.assign(process.env, JSON.parse(line));
  lines.close();
  for (const handle of [child, child.stdin, child.stdout]) handle.unref();
  globalThis.lucidEngines = { child, exited };
}
