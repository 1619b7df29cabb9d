import { startEngines, type RunningEngines, type StartOptions } from '../../scripts/engines/engines.ts';

const NAMED = /^(MONGODB|REDIS|ELASTICSEARCH|LUCID_MONGODB)/;

/** Engines that nobody else uses, for what replaces everything in them, or takes them away. */
export async function startOwnEngines(options: StartOptions = {}): Promise<RunningEngines> {
  const named = { ...process.env };
  for (const name of Object.keys(process.env)) if (NAMED.test(name)) delete process.env[name];
  try {
    return await startEngines({ quiet: true, ...options });
  } finally {
    Object.assign(process.env, named);
  }
}
