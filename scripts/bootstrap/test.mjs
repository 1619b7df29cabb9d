// `npm test`: everything from nothing. `npm run test:root`, `test:reliability`: the tiers that are asked for by name.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { die, prepare, root, run, say } from './toolchain.mjs';

/** Their specs run beside each other, as many as Jest has workers. */
const TOGETHER = ['unit', 'integration', 'e2e'];
/** One spec at a time: services under load, whose writes would push those of another spec out of the oplog before they are read. */
const ALONE = ['system', 'reliability', 'root'];
const EVERYDAY = [...TOGETHER, 'system'];
const KNOWN = [...TOGETHER, ...ALONE];

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
const saysWorkers = rest.some((arg) => /^(--maxWorkers|-w|--runInBand|-i)/.test(arg));
const choosesFiles = rest.some((arg) => !arg.startsWith('-') || /^(--testPathPatterns|--testNamePattern|-t)/.test(arg));
const passes = [
  { tiers: tiers.filter((tier) => TOGETHER.includes(tier)), flags: [] },
  { tiers: tiers.filter((tier) => ALONE.includes(tier)), flags: saysWorkers ? [] : ['--maxWorkers=1'] },
].filter((pass) => pass.tiers.length > 0);
let isInterrupted = false;
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => (isInterrupted = true));
let code = 0;
for (const pass of passes) {
  if (isInterrupted) break;
  const failed = await run(
    node,
    [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      jest,
      '--selectProjects',
      ...pass.tiers,
      '--forceExit',
      '--reporters=default',
      '--reporters=<rootDir>/tests/setup/totals-reporter.mjs',
      // With a pattern one of the passes may find nothing; that neither did is seen by the totals. Without one nothing is a mistake.
      ...(passes.length > 1 && choosesFiles ? ['--passWithNoTests'] : []),
      ...pass.flags,
      ...rest.filter((arg) => arg !== '--quick'),
    ],
    { ...env, LUCID_TEST_QUICK: rest.includes('--quick') ? '1' : '' },
  );
  code ||= failed;
}

const totals = { passed: 0, failed: 0, skipped: 0 };
for (const file of existsSync(totalsFolder) ? readdirSync(totalsFolder) : []) {
  const part = JSON.parse(readFileSync(join(totalsFolder, file), 'utf8'));
  for (const key of Object.keys(totals)) totals[key] += part[key];
}
if (totals.skipped > 0) say(`${totals.skipped} test(s) were skipped: a test that does not run is not a test`);
console.log(`${totals.passed} passed, ${totals.failed} failed`);
process.exit(isInterrupted || code !== 0 || totals.failed > 0 || totals.skipped > 0 || totals.passed === 0 ? 1 : 0);
