// `npm run bench NAME [-- --size-mb N --runs N]`: one benchmark of bench/, on real engines, ended by one JSON line.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { die, prepare, root, run, runScript } from './toolchain.mjs';

const [name, ...args] = process.argv.slice(2);
const names = readdirSync(join(root, 'bench'))
  .filter((file) => file.endsWith('.bench.ts'))
  .map((file) => file.replace('.bench.ts', ''));
if (!name || !existsSync(join(root, 'bench', `${name}.bench.ts`))) {
  die(`say which benchmark: npm run bench ${names.join(' | ')}`);
}
const { node, env } = prepare();
if ((await run(join(root, 'node_modules/.bin/turbo'), ['run', 'build', '--output-logs=errors-only'], env)) !== 0)
  process.exit(1);
process.exit(await runScript(node, `bench/${name}.bench.ts`, args, env));
