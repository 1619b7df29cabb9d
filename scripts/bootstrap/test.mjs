// `npm test`: everything from nothing. `npm run test:root`, `test:reliability`: the tiers that are asked for by name.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { die, prepare, root, run, say } from './toolchain.mjs';

const EVERYDAY = ['unit', 'integration', 'e2e', 'system'];
/** Tiers that do not touch one another's engines may share a run; these must be alone on the machine. */
const KNOWN = [...EVERYDAY, 'reliability', 'root'];

const args = process.argv.slice(2);
const named = args.filter((arg) => KNOWN.includes(arg));
const tiers = named.length > 0 ? named : EVERYDAY;
const rest = args.filter((arg) => !KNOWN.includes(arg));

const { node, env } = prepare();
say('building the packages');
if ((await run(join(root, 'node_modules/.bin/turbo'), ['run', 'build', '--output-logs=errors-only'], env)) !== 0) {
  die('the build failed: the lines above say why');
}

const totalsFolder = join(root, '.lucid', 'test-totals');
rmSync(totalsFolder, { recursive: true, force: true });
mkdirSync(totalsFolder, { recursive: true });
say(`running the tests: ${tiers.join(', ')}`);
const jest = join(root, 'node_modules/jest/bin/jest.js');
const code = await run(
  node,
  [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    jest,
    '--selectProjects',
    ...tiers,
    '--forceExit',
    '--reporters=default',
    '--reporters=<rootDir>/tests/setup/totals-reporter.mjs',
    ...rest.filter((arg) => arg !== '--quick'),
  ],
  { ...env, LUCID_TEST_QUICK: rest.includes('--quick') ? '1' : '' },
);

const totals = { passed: 0, failed: 0, skipped: 0 };
for (const file of existsSync(totalsFolder) ? readdirSync(totalsFolder) : []) {
  const part = JSON.parse(readFileSync(join(totalsFolder, file), 'utf8'));
  for (const key of Object.keys(totals)) totals[key] += part[key];
}
if (totals.skipped > 0) say(`${totals.skipped} test(s) were skipped: a test that does not run is not a test`);
console.log(`${totals.passed} passed, ${totals.failed} failed`);
process.exit(code !== 0 || totals.failed > 0 || totals.skipped > 0 || totals.passed === 0 ? 1 : 0);
