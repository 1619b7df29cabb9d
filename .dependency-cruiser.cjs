/** The import boundaries of the house, each with its reason. `pnpm check:cycles` runs them. */

/** What each library may import; the apps may import all of them, and nothing may import an app. */
const allowed = {
  models: [],
  core: ['models'],
  clients: ['models', 'core'],
  archive: ['models', 'core', 'clients'],
  jobs: ['models', 'core', 'clients'],
  'service-kit': ['models', 'core', 'clients', 'jobs'],
  testing: ['models', 'core', 'clients'],
};

// Who may import `testing` has a rule of its own.
const layerRules = Object.entries(allowed).map(([name, may]) => ({
  name: `layers-${name}`,
  severity: 'error',
  comment: `libs/${name} may import ${may.length ? may.join(', ') : 'no other library'}: imports go one way, so that a library can be understood and replaced without what stands above it.`,
  from: { path: `^libs/${name}/src` },
  to: { path: '^libs/([^/]+)/src', pathNot: [`^libs/(${[name, ...may, 'testing'].join('|')})/src`] },
}));

module.exports = {
  forbidden: [
    ...layerRules,
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'Files in a cycle can only be understood together.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'core-takes-errors-and-ids',
      severity: 'error',
      comment: 'core stands under everything: of models it knows the error codes and ids only.',
      from: { path: '^libs/core/src' },
      to: { path: '^libs/models/src', pathNot: '^libs/models/src/(errors|ids)\\.ts$' },
    },
    {
      name: 'apps-are-apart',
      severity: 'error',
      comment: 'Apps meet in MongoDB, the queues and the libraries, never in code.',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'libs-know-no-app',
      severity: 'error',
      comment: 'A library that knows an app belongs into that app.',
      from: { path: '^libs/' },
      to: { path: '^apps/' },
    },
    {
      name: 'testing-in-specs-only',
      severity: 'error',
      comment: 'What is made for tests must not reach a running service.',
      from: {
        path: '^(apps|libs)/',
        pathNot: ['(\\.(spec|conformance)|[.-]fixture)\\.ts$', '^libs/testing/', '^apps/[^/]+/test/'],
      },
      to: { path: '^libs/testing/' },
    },
    {
      name: 'nest-stays-on-top',
      severity: 'error',
      comment: 'Only service-kit and the apps run Nest; models and job contracts may use its decorators.',
      from: { path: '^libs/', pathNot: '^libs/(service-kit/|models/|jobs/src/contracts/)' },
      to: { path: '@nestjs/' },
    },
    {
      name: 'no-specs-in-code',
      severity: 'error',
      comment: 'Code must not lean on a test.',
      from: { pathNot: '\\.spec\\.ts$' },
      to: { path: '\\.spec\\.ts$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/(dist|generated)/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['lucid-source', 'import', 'node', 'default'],
    },
  },
};
