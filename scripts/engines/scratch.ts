import { chown, copyFile, link, mkdir, mkdtemp, readdir, realpath, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startDaemon } from '@lucid/clients/process/daemon';
import { AppError } from '@lucid/core/app-error';
import { removeScratch } from './scratch-cleanup.ts';

/** `nobody` and `nogroup` of Debian: whom the engines run as when we are root. Elasticsearch refuses to run as root. */
const NOBODY = 65534;

/** The folder of one set of engines; who owns it; and a watchdog that empties it when this process is gone. */
export interface Scratch {
  readonly path: string;
  /** Spread into the options of a child process: whom it runs as. */
  readonly runAs: { uid?: number; gid?: number };
  /** Makes a folder that the engines may write to. */
  folder(...names: string[]): Promise<string>;
  /** Writes a file that only the engines' user may read. */
  file(path: string, text: string): Promise<string>;
  /** A path by which the engines' user can read a file or folder: itself, or a (hard-linked) copy in the scratch folder. */
  reach(source: string, name: string): Promise<string>;
  /** Kills what still runs in the folder and removes it. May be called twice. */
  remove(): Promise<void>;
}

export async function createScratch(named?: string): Promise<Scratch> {
  const isRoot = process.getuid?.() === 0;
  const path = await makeFolder(named, isRoot);
  const runAs = isRoot ? { uid: NOBODY, gid: NOBODY } : {};
  const give = async (target: string): Promise<string> => {
    if (isRoot) await chown(target, NOBODY, NOBODY);
    return target;
  };
  const watchdog = await startDaemon(
    process.execPath,
    ['--conditions=lucid-source', fileURLToPath(new URL('./watchdog.ts', import.meta.url)), path],
    { logFile: '/dev/null', cwd: '/', stdin: 'pipe' },
  );
  watchdog.unref();
  await give(path);
  return {
    path,
    runAs,
    async folder(...names) {
      let folder = path;
      for (const name of names) {
        folder = join(folder, name);
        await mkdir(folder, { recursive: true, mode: 0o750 });
        await give(folder);
      }
      return folder;
    },
    async file(target, text) {
      await writeFile(target, text, { mode: 0o400 });
      return give(target);
    },
    async reach(source, name) {
      if (!isRoot || (await isOpenToOthers(source))) return source;
      const target = join(path, 'programs', name);
      await mkdir(dirname(target), { recursive: true, mode: 0o755 });
      await linkTree(source, target);
      return target;
    },
    remove: () => removeScratch(path),
  };
}

/** In the folder named, or the system's; as root it must be one that the engines' user can pass. */
async function makeFolder(named: string | undefined, isRoot: boolean): Promise<string> {
  const parents = named ? [named] : [tmpdir(), '/tmp'];
  for (const parent of parents) {
    await mkdir(parent, { recursive: true });
    const isUsable = !isRoot || (await isOpenToOthers(join(parent, 'lucid-engines')));
    if (isUsable) return realpath(await mkdtemp(join(parent, 'lucid-engines-')));
  }
  const remedy = 'name one that every user may pass (chmod o+x)';
  throw new AppError(
    'ENGINES_MISSING',
    `as root, engines run as another user, who cannot reach ${parents[0]}: ${remedy}`,
  );
}

/** Whether every folder on the way may be passed by anybody; `/root` may not. */
async function isOpenToOthers(path: string): Promise<boolean> {
  let folder = await realpath(dirname(path));
  for (;;) {
    const { mode } = await stat(folder);
    if ((mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
    folder = dirname(folder);
  }
}

async function linkTree(source: string, target: string): Promise<void> {
  if ((await stat(source)).isDirectory()) {
    await mkdir(target, { recursive: true, mode: 0o755 });
    for (const name of await readdir(source)) await linkTree(join(source, name), join(target, name));
    return;
  }
  try {
    await link(await realpath(source), target);
  } catch (error) {
    // Another file system, or one without hard links.
    if (!['EXDEV', 'EPERM', 'EMLINK'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    await copyFile(source, target);
  }
}
