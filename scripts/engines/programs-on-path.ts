import { access, constants, readdir, realpath } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { runProgram } from '@lucid/clients/process/run-program';
import { processEnvironment } from '@lucid/core/environment';

/** The path of a program on the PATH, also where Debian keeps servers that users' PATHs leave out. */
export async function findOnPath(program: string): Promise<string | undefined> {
  const folders = [...(processEnvironment().PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  for (const folder of folders.filter(Boolean)) {
    const path = join(folder, program);
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return path;
  }
  return undefined;
}

/** A program on the PATH whose `--version` says at least `oldest` (major.minor); undefined where there is none. */
export async function findVersion(program: string, pattern: RegExp, oldest: number): Promise<string | undefined> {
  const path = await findOnPath(program);
  if (!path) return undefined;
  const { stdout } = await runProgram(path, ['--version'], { timeoutMs: 20_000 });
  const version = Number.parseFloat(pattern.exec(stdout)?.[1] ?? '0');
  return version >= oldest ? path : undefined;
}

/** The unpacked folder of an Elasticsearch 8.11 or newer 8.x whose start script is on the PATH. */
export async function findElasticsearchHome(): Promise<string | undefined> {
  const script = await findOnPath('elasticsearch');
  if (!script) return undefined;
  const home = dirname(dirname(await realpath(script)));
  const libraries = await readdir(join(home, 'lib')).catch(() => []);
  if (!(await readdir(join(home, 'config')).catch(() => undefined))) return undefined; // a system's own, set up elsewhere
  for (const name of libraries) {
    const minor = /^elasticsearch-8\.(\d+)\.\d+\.jar$/.exec(name)?.[1];
    if (minor !== undefined && Number(minor) >= 11) return home;
  }
  return undefined;
}
