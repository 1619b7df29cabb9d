import tseslint from 'typescript-eslint';

/** One module owns each raw access, so that tests can stand in its place and a reader finds every use. */
const rawAccess = {
  'no-console': ['error'],
  'no-restricted-properties': [
    'error',
    {
      object: 'process',
      property: 'env',
      message: 'The environment is read in libs/core/src/environment.ts only: pass values on.',
    },
    {
      object: 'Date',
      property: 'now',
      message: 'Time comes from the Clock of @lucid/core/clock, so that tests can move it.',
    },
  ],
  'no-restricted-syntax': [
    'error',
    {
      selector: "NewExpression[callee.name='Date'][arguments.length=0]",
      message: 'Time comes from the Clock of @lucid/core/clock, so that tests can move it.',
    },
    {
      selector: 'TSEnumDeclaration',
      message: 'Write a union of strings: enums are not erasable, and Node runs most files from source.',
    },
    { selector: 'ExportAllDeclaration', message: 'Name what is exported: star exports hide where a thing lives.' },
  ],
  'no-restricted-imports': [
    'error',
    {
      paths: [
        { name: 'node:child_process', message: 'Child processes go through @lucid/clients/process/.' },
        { name: 'child_process', message: 'Child processes go through @lucid/clients/process/.' },
      ],
      patterns: [
        {
          group: ['**/dist/**', '**/src/**', '!../src/**'],
          message: 'Import a package by its subpath, e.g. @lucid/core/clock.',
        },
      ],
    },
  ],
};

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '.lucid/**', '.turbo/**', '**/generated/**'] },
  ...tseslint.configs.strict,
  {
    linterOptions: { reportUnusedDisableDirectives: 'error', noInlineConfig: true },
    languageOptions: { parserOptions: { emitDecoratorMetadata: true, experimentalDecorators: true } },
    rules: {
      ...rawAccess,
      // A file over 400 lines holds two ideas; a function over 60 does two things.
      'max-lines': ['error', 400],
      'max-lines-per-function': ['error', { max: 60, skipComments: true, skipBlankLines: true }],
      'max-params': 'off',
      '@typescript-eslint/max-params': ['error', { max: 6 }],
      complexity: ['error', 15],
      eqeqeq: 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // Nest modules and decorated classes are often empty or static.
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/no-invalid-void-type': 'off',
      '@typescript-eslint/unified-signatures': 'off',
    },
  },
  {
    files: ['**/*.spec.ts', '**/*.conformance.ts', 'tests/**', 'apps/*/test/**', 'bench/**', 'libs/testing/**'],
    rules: {
      'max-lines-per-function': 'off',
      'no-restricted-properties': 'off',
      'no-restricted-syntax': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-dynamic-delete': 'off',
    },
  },
  {
    // Programs for people: they print, read their environment and take real time.
    files: ['scripts/**', 'bench/**', 'tests/**', '*.js', '*.cjs'],
    rules: { 'no-console': 'off', 'no-restricted-properties': 'off', 'no-restricted-syntax': 'off' },
  },
  { files: ['scripts/bootstrap/**', 'tests/setup/**'], rules: { 'no-restricted-imports': 'off' } },
  // Measures what an app does without the app around it.
  { files: ['bench/redis.bench.ts', 'bench/elasticsearch-backup.bench.ts'], rules: { 'no-restricted-imports': 'off' } },
  {
    files: ['libs/core/src/environment.ts', 'libs/core/src/clock.ts'],
    rules: { 'no-restricted-properties': 'off', 'no-restricted-syntax': 'off' },
  },
  { files: ['libs/clients/src/process/**'], rules: { 'no-restricted-imports': 'off' } },
);
