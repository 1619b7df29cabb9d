import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '@lucid/clients/process/run-program';
import { AppError } from '@lucid/core/app-error';
import { processEnvironment } from '@lucid/core/environment';
import { cached } from './downloads.ts';
import { installDebian, type Getting } from './debian.ts';
import { findOnPath } from './programs-on-path.ts';

/** Versions and SHA-256 of it and of everything it needs: pip takes nothing else. */
const REQUIREMENTS = join(import.meta.dirname, 'schemathesis.requirements.txt');
const INSTALL_MS = 10 * 60_000;

/**
 * A Python (3.11 or later) and its arguments that run schemathesis, which asks a service for everything its OpenAPI document allows and
 * more. Installed once from PyPI, into a cached folder of its own.
 * @throws AppError ENGINES_MISSING without Python
 */
export async function schemathesis(
  getting: Getting,
): Promise<{ program: string; args: string[]; env: NodeJS.ProcessEnv }> {
  const python = await findPython(getting);
  const digest = createHash('sha256')
    .update(await readFile(REQUIREMENTS))
    .digest('hex');
  const version = (await runProgram(python, ['-c', 'import sys; print(sys.implementation.cache_tag)'])).stdout.trim();
  const folder = await cached(`schemathesis-${digest.slice(0, 16)}-${version}`, async (target) => {
    getting.say('installing schemathesis (once)');
    const args = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--require-hashes'];
    // A folder of packages, not a virtual environment: that one knows its own path, and the cache renames it.
    await runProgram(python, [...args, '--only-binary', ':all:', '--target', target, '-r', REQUIREMENTS], {
      ...{ timeoutMs: INSTALL_MS, signal: getting.signal },
    });
  });
  return { program: python, args: ['-m', 'schemathesis.cli'], env: { ...processEnvironment(), PYTHONPATH: folder } };
}

/** One that has pip. */
async function findPython(getting: Getting): Promise<string> {
  for (const name of ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11']) {
    const found = await findOnPath(name);
    if (found && (await isFit(found))) return found;
  }
  await installDebian(['python3', 'python3-pip'], getting);
  const installed = await findOnPath('python3');
  if (installed && (await isFit(installed))) return installed;
  throw new AppError('ENGINES_MISSING', 'there is no Python 3.11 or later with pip; install python3 and python3-pip');
}

function isFit(python: string): Promise<boolean> {
  return runProgram(python, ['-c', 'import sys, pip; sys.exit(sys.version_info < (3, 11))']).then(
    () => true,
    () => false,
  );
}
