import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startDaemon, type Daemon } from '@lucid/clients/process/daemon';
import { freePorts, isFree } from '../engines/free-ports.ts';
import { repositoryPath } from '../engines/repository-path.ts';

/** The four services, with the variable that names each one's port and its default. */
export const SERVICES = {
  'storage-api': { variable: 'STORAGE_API_PORT', port: 8085 },
  'backup-service': { variable: 'BACKUP_SERVICE_PORT', port: 8089 },
  'volume-manager': { variable: 'VOLUME_MANAGER_PORT', port: 8090 },
  monitoring: { variable: 'MONITORING_PORT', port: 8091 },
} as const;
export type ServiceName = keyof typeof SERVICES;
export const SERVICE_NAMES = Object.keys(SERVICES) as ServiceName[];

/**
 * What Node is told beside the program (docs/operations.md). The young generation of backup-service would grow to 48 MiB for objects
 * that die at once; with 4 MiB halves it holds 30 MiB less, idle and at work, at the same speed.
 */
const NODE_FLAGS: Partial<Record<ServiceName, readonly string[]>> = { 'backup-service': ['--max-semi-space-size=4'] };

/** Scraped by Prometheus, beside the service's own port. */
export const METRICS_PORT = { variable: 'METRICS_PORT', port: 9216 } as const;

export interface ServiceProcess {
  name: ServiceName;
  url: string;
  logFile: string;
  daemon: Daemon;
}

/** A port for each service and for the metrics: the one the environment names, else the default if free, else a free one. */
export async function choosePorts(environment: NodeJS.ProcessEnv): Promise<Record<string, string>> {
  const ports: Record<string, string> = {};
  const taken: string[] = [];
  for (const { variable, port } of [...Object.values(SERVICES), METRICS_PORT]) {
    const named = environment[variable];
    if (named) ports[variable] = named;
    else if (await isFree(port)) ports[variable] = String(port);
    else taken.push(variable);
  }
  const free = await freePorts(taken.length);
  taken.forEach((variable, index) => (ports[variable] = String(free[index])));
  return ports;
}

/**
 * Starts one built service as a process of its own and waits until it is ready; its log goes to `<logFolder>/<name>.log`.
 * `env` must hold its port. @throws AppError PROGRAM_FAILED with the end of its log as the cause
 */
export async function startServiceProcess(
  name: ServiceName,
  env: Record<string, string | undefined>,
  logFolder: string,
): Promise<ServiceProcess> {
  await mkdir(logFolder, { recursive: true });
  const url = `http://127.0.0.1:${env[SERVICES[name].variable]}`;
  const logFile = join(logFolder, `${name}.log`);
  const main = repositoryPath('apps', name, 'dist', 'main.js');
  const daemon = await startDaemon(process.execPath, [...(NODE_FLAGS[name] ?? []), '--enable-source-maps', main], {
    env,
    logFile,
    readyTimeoutMs: 30_000,
    isReady: async () => (await fetch(`${url}/health/ready`)).ok,
  });
  return { name, url, logFile, daemon };
}

export async function stopServices(services: readonly ServiceProcess[]): Promise<void> {
  await Promise.all(services.map((service) => service.daemon.stop(30_000)));
}
