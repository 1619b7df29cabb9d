// `node --conditions=lucid-source scripts/engines/main.ts COMMAND`: real engines for development, tests and benchmarks.
import { isAppError } from '@lucid/core/app-error';
import { mongoTools } from './mongo-tools.ts';
import { serve } from './serve.ts';
import { down, printEnv, status, up } from './session.ts';

const USAGE = `usage: main.ts COMMAND
  up      starts the engines and keeps them until \`down\`
  down    stops them and removes their data
  status  asks each one
  env     prints what to put into the environment: eval "$(… main.ts env)"
  serve   starts engines, prints their environment as one JSON line, and stops them when its standard input ends
  tools   builds mongodump and mongorestore and prints their paths`;

async function tools(): Promise<void> {
  const paths = await mongoTools((line) => void process.stderr.write(`engines: ${line}\n`));
  process.stdout.write(`${paths.mongodump}\n${paths.mongorestore}\n`);
}

const COMMANDS: Record<string, () => Promise<void>> = { up, down, status, env: printEnv, serve, tools };

const [name = ''] = process.argv.slice(2);
const command = COMMANDS[name];
if (!command) {
  process.stderr.write(`${USAGE}\n`);
  process.exit(2);
}
try {
  await command();
} catch (error) {
  const detail = error instanceof Error ? error.message : String(error);
  process.stderr.write(`engines: ${detail}\n`);
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : '';
  if (cause && !detail.includes(cause)) process.stderr.write(`engines: ${cause}\n`);
  process.exitCode = isAppError(error) ? 1 : 70;
}
