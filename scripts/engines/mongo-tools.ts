import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '@lucid/clients/process/run-program';
import { AppError } from '@lucid/core/app-error';
import { processEnvironment } from '@lucid/core/environment';
import { cached } from './downloads.ts';
import { findOnPath } from './programs-on-path.ts';

const MODULE = 'github.com/mongodb/mongo-tools';
const VERSION = 'v0.0.0-20240723193119-837c2bc263f4';
const PROGRAMS = ['mongodump', 'mongorestore'] as const;
const BUILD_MS = 15 * 60_000;

export type MongoTools = Record<(typeof PROGRAMS)[number], string>;

/**
 * The paths of mongodump and mongorestore: the peer of the benchmarks and the other side of the interchange tests. From the
 * PATH, else built once from their source and cached.
 * @throws AppError ENGINES_MISSING without Go
 */
export async function mongoTools(say: (line: string) => void): Promise<MongoTools> {
  const [mongodump, mongorestore] = await Promise.all(PROGRAMS.map(findOnPath));
  if (mongodump && mongorestore) return { mongodump, mongorestore };
  const folder = await cached(`mongo-tools-${VERSION}`, (target) => build(target, say));
  return { mongodump: join(folder, 'mongodump'), mongorestore: join(folder, 'mongorestore') };
}

async function build(target: string, say: (line: string) => void): Promise<void> {
  const go = await findOnPath('go');
  if (!go) {
    const remedy = 'install the MongoDB Database Tools, or Go 1.21+ to have them built (apt-get install golang-go)';
    throw new AppError(
      'ENGINES_MISSING',
      `mongodump and mongorestore are not on the PATH, and there is no go: ${remedy}`,
    );
  }
  say('building mongodump and mongorestore (some minutes, once)');
  const source = join(target, 'source');
  await mkdir(source);
  const imports = PROGRAMS.map((program) => `import _ "${MODULE}/${program}/main"\n`).join('');
  await writeFile(join(source, 'go.mod'), 'module lucid/tools\n\ngo 1.21\n');
  await writeFile(join(source, 'tools.go'), `//go:build tools\n\npackage tools\n\n${imports}`);
  const env = { ...processEnvironment(), GOFLAGS: '-mod=mod' };
  const run = (...args: string[]): Promise<unknown> => runProgram(go, args, { cwd: source, env, timeoutMs: BUILD_MS });
  await run('get', `${MODULE}@${VERSION}`);
  for (const program of PROGRAMS)
    await run('build', '-trimpath', '-o', join(target, program), `${MODULE}/${program}/main`);
  await rm(source, { recursive: true });
}
