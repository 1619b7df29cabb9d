// One project a tier (docs/testing.md). `node_modules/.bin/jest --selectProjects unit`, or `npm test` for all of them.
import { randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';

chooseSeed();

const shared = {
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  // Jest adds `import` or `require` itself, by who asks: named here, `require` would be given ES modules too.
  testEnvironmentOptions: { customExportConditions: ['lucid-source', 'node'] },
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': swc() },
  modulePathIgnorePatterns: ['/dist/', '/.lucid/'],
};

/** Of fast-check: here, because the environment of this process is that of every worker. */
function chooseSeed() {
  const wanted = process.env.LUCID_TEST_SEED || '20261121';
  const seed = wanted === 'random' ? randomInt(2 ** 31) : Number(wanted);
  if (!Number.isInteger(seed)) throw new Error(`LUCID_TEST_SEED is a whole number or "random", not "${wanted}"`);
  if (wanted === 'random') console.error(`LUCID_TEST_SEED=${seed}`);
  process.env.LUCID_TEST_SEED = String(seed);
}

function swc() {
  return [
    '@swc/jest',
    {
      swcrc: false,
      sourceMaps: 'inline',
      jsc: {
        target: 'es2024',
        parser: { syntax: 'typescript', decorators: true },
        transform: { legacyDecorator: true, decoratorMetadata: true },
        keepClassNames: true,
      },
      module: { type: 'es6' },
    },
  ];
}
function tier(displayName, testMatch, options = {}) {
  return { ...shared, displayName, testMatch, ...options };
}

/** A busy host is no failure: a test that hangs is ended, a slow one is not. */
const patient = {
  setupFilesAfterEnv: ['<rootDir>/tests/setup/long-timeout.mjs', '<rootDir>/tests/setup/fast-check-seed.mjs'],
};

const withEngines = {
  ...patient,
  globalSetup: '<rootDir>/tests/setup/engines.global-setup.mjs',
  globalTeardown: '<rootDir>/tests/setup/engines.global-teardown.mjs',
};

export default {
  // Specs wait for engines more than they compute, and each has databases, ports and servers of its own: two cores are not kept busy by the
  // single worker that Jest would start for them.
  maxWorkers: Math.max(2, availableParallelism() - 1),
  // Modules that were loaded as ES modules stay in memory when their spec is over (Nest for each service that is booted): in one process
  // the whole suite needs more than 4 GB and spends its time in the garbage collector. A worker that holds more than this is replaced.
  workerIdleMemoryLimit: '1GB',
  projects: [
    tier(
      'unit',
      [
        '<rootDir>/{apps,libs}/*/src/**/!(*.int).spec.ts',
        '<rootDir>/scripts/**/!(*.int).spec.ts',
        '<rootDir>/bench/*.spec.ts',
      ],
      patient,
    ),
    tier(
      'integration',
      ['<rootDir>/{apps,libs}/*/src/**/*.int.spec.ts', '<rootDir>/scripts/**/*.int.spec.ts'],
      withEngines,
    ),
    tier('e2e', ['<rootDir>/apps/*/test/*.e2e.spec.ts'], withEngines),
    tier('system', ['<rootDir>/tests/system/*.spec.ts'], withEngines),
    tier('reliability', ['<rootDir>/tests/reliability/*.spec.ts'], withEngines),
    tier('root', ['<rootDir>/tests/root/*.spec.ts'], withEngines),
  ],
};
