import { AppError } from '@lucid/core/app-error';
import { runProgram } from '@lucid/clients/process/run-program';
import { processEnvironment } from '@lucid/core/environment';
import { exists } from './downloads.ts';
import { findOnPath } from './programs-on-path.ts';

const INSTALL_MS = 10 * 60_000;
/** The package's start script asks this program before it starts a service: 101 means no (invoke-rc.d, policy-rc.d(8)). */
const POLICY = '/usr/sbin/policy-rc.d';

/** Passed down to whatever downloads or installs: where to report progress, and when to give up. */
export interface Getting {
  say: (line: string) => void;
  signal: AbortSignal;
}

/**
 * Installs Debian packages when this process is root or may use sudo without a password.
 * @throws AppError ENGINES_MISSING with the command to run otherwise
 */
export async function installDebian(packages: string[], { say, signal }: Getting): Promise<void> {
  const command = `apt-get install -y --no-install-recommends ${packages.join(' ')}`;
  if (!(await findOnPath('apt-get'))) {
    throw new AppError('ENGINES_MISSING', `there is no apt-get here; install ${packages.join(', ')}, or start Docker`);
  }
  const prefix = await rootPrefix(`sudo ${command}`);
  say(`installing the Debian packages ${packages.join(', ')}`);
  const env = { ...processEnvironment(), DEBIAN_FRONTEND: 'noninteractive' };
  // Not ended by the signal: dpkg must not be killed in the middle of its work.
  const run = async (args: string[], input?: string): Promise<void> => {
    const [program = '', ...rest] = [...prefix, ...args];
    await runProgram(program, rest, { env, timeoutMs: INSTALL_MS, ...(input !== undefined && { input }) });
  };
  const install = (): Promise<void> =>
    run(['apt-get', '-o', 'DPkg::Lock::Timeout=300', ...command.split(' ').slice(1)]);
  const hadPolicy = await exists(POLICY);
  // A service started by the package would take a well-known port and stay after us.
  if (!hadPolicy) await run(['tee', POLICY], '#!/bin/sh\nexit 101\n');
  try {
    if (!hadPolicy) await run(['chmod', '755', POLICY]);
    await install().catch(async () => {
      signal.throwIfAborted();
      await run(['apt-get', 'update']); // the lists were missing or old
      await install();
    });
  } finally {
    if (!hadPolicy) await run(['rm', '-f', POLICY]);
  }
}

async function rootPrefix(command: string): Promise<string[]> {
  if (process.getuid?.() === 0) return [];
  if (await findOnPath('sudo')) {
    const mayUse = await runProgram('sudo', ['-n', 'true']).then(
      () => true,
      () => false,
    );
    if (mayUse) return ['sudo', '-n', '--preserve-env=DEBIAN_FRONTEND'];
  }
  throw new AppError(
    'ENGINES_MISSING',
    `Debian packages are missing and this user may not install them; run: ${command}`,
  );
}
