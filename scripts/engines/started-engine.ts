import type { Daemon } from '@lucid/clients/process/daemon';

export const ENGINE_NAMES = ['mongodb', 'redis', 'elasticsearch'] as const;
export type EngineName = (typeof ENGINE_NAMES)[number];

/** One engine that runs: what the environment must say to reach it, and how it is stopped. */
export interface StartedEngine {
  env: Record<string, string>;
  /** Processes of ours; they are stopped with SIGTERM. */
  daemons: Daemon[];
  /** Stops what is not a process of ours. */
  stop?: () => Promise<void>;
}
