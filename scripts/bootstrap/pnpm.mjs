// `node scripts/bootstrap/pnpm.mjs ARGS` runs the pinned pnpm on Node 24: for those who have neither.
import { prepare, run } from './toolchain.mjs';

const { node, pnpm, env } = prepare();
process.exit(await run(node, [pnpm, ...process.argv.slice(2)], env));
