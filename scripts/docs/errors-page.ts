// Renders docs/errors.md from the registry of error codes; with --check it fails when the page is not what it would write.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ERRORS } from '@lucid/models/errors';

const page = join(import.meta.dirname, '../../docs/errors.md');

function render(): string {
  const rows = Object.entries(ERRORS).map(
    ([code, { status, title, retryable, remedy }]) =>
      `| <a id="${code.toLowerCase()}"></a>\`${code}\` | ${status} | ${title} | ${retryable ? 'yes' : 'no'} | ${remedy} |`,
  );
  return [
    '# Errors',
    '',
    'Every error leaves a service as `application/problem+json` (RFC 9457) with a `code` from this list; the code is the contract, the',
    'text is for people. *Again* tells whether the same call can succeed later without being changed. This page is rendered from',
    '`libs/models/src/errors.ts` by `pnpm fix`, and the check fails when the two differ.',
    '',
    '| code | status | what happened | again | what to do |',
    '|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

if (!process.argv.includes('--check')) {
  writeFileSync(page, render());
} else if (readFileSync(page, 'utf8') !== render()) {
  console.error('docs/errors.md differs from libs/models/src/errors.ts: run `pnpm fix`');
  process.exitCode = 1;
}
