import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MongoLeaseStore } from '@lucid/clients/mongodb/leases';
import { freePorts } from '../../scripts/engines/free-ports.ts';
import { repositoryPath } from '../../scripts/engines/repository-path.ts';
import { startServiceProcess, type ServiceProcess } from '../../scripts/services/services.ts';
import type { Suite } from '../system/suite.ts';

/** Variables of a service whose clock is off by so much; nothing else of the host changes. */
export function clockOffBy(ms: number): Record<string, string> {
  const preload = pathToFileURL(repositoryPath('tests', 'setup', 'shifted-clock.mjs')).href;
  return { NODE_OPTIONS: `--import=${preload}`, LUCID_TEST_CLOCK_SHIFT_MS: String(ms) };
}

/** One more backup-service beside the suite's own, which must have another LUCID_INSTANCE. Whoever starts it stops it. */
export async function startSecondWorker(suite: Suite, extra: Record<string, string> = {}): Promise<ServiceProcess> {
  const [port, metricsPort] = await freePorts(2);
  const own = { BACKUP_SERVICE_PORT: String(port), METRICS_PORT: String(metricsPort), LUCID_INSTANCE: 'second' };
  return startServiceProcess('backup-service', { ...suite.env, ...own, ...extra }, join(suite.folder, 'second'));
}

/** What a killed service held whose names begin so, at once: by itself it is free half a minute after the kill. */
export async function freeLeases(suite: Suite, prefix: string): Promise<void> {
  const leases = new MongoLeaseStore(suite.mongo.db(String(suite.env['CONTROL_DATABASE'])));
  for (const holder of (await leases.held(prefix)).values()) await leases.releaseHolder(holder);
}
