// `npm start`: the suite on this machine, with real engines, demo data and one backup that is proven by restoring it.
import { join } from 'node:path';
import { die, prepare, root, run, runScript, say } from './toolchain.mjs';

const { node, env } = prepare();
say('building the packages');
if ((await run(join(root, 'node_modules/.bin/turbo'), ['run', 'build', '--output-logs=errors-only'], env)) !== 0) {
  die('the build failed: the lines above say why');
}
process.exit(await runScript(node, 'scripts/start/main.ts', process.argv.slice(2), env));
