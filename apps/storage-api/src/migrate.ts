import 'reflect-metadata';
import { AppError } from '@lucid/core/app-error';
import { processEnvironment } from '@lucid/core/environment';
import { runMigrateCommand } from './migrations/migrate-command.ts';
import { ALL_VERSIONS } from './migrations/versions/all-versions.ts';

const end = new AbortController();
/** Ctrl-C undoes what is under way; a supervisor's stop leaves it to the next run. */
process.once('SIGINT', () => end.abort(new AppError('JOB_CANCELLED', 'stopped by Ctrl-C')));
process.once('SIGTERM', () =>
  end.abort(new AppError('JOB_INTERRUPTED', 'stopped; the next run goes on', { retryable: true })),
);

process.exitCode = await runMigrateCommand(process.argv.slice(2), {
  environment: processEnvironment(),
  versions: ALL_VERSIONS,
  print: (line) => process.stdout.write(`${line}\n`),
  signal: end.signal,
});
