// Writes the OpenAPI document of each service and the types of its client from the built services, without engines; with --check it
// fails when one of them is not what it would write. `pnpm openapi` builds first.
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describeService } from '@lucid/service-kit/describe-service';
import type { CommonConfig } from '@lucid/service-kit/settings';
import type { ServiceDefinition } from '@lucid/service-kit/start';
import openapiTypescript, { astToString, type OpenAPI3 } from 'openapi-typescript';

const root = join(import.meta.dirname, '../..');
const target = join(root, 'libs/clients/src/services/generated');

/** Module and export of each service, and what its configuration cannot do without. */
const SERVICES = [
  { name: 'storage-api', exported: 'storageApi', environment: {} },
  {
    name: 'backup-service',
    exported: 'backupService',
    environment: { BACKUP_MASTER_KEY: randomBytes(32).toString('base64') },
  },
  { name: 'volume-manager', exported: 'volumeManager', environment: { VOLUME_STORAGE_PATH: root } },
  { name: 'monitoring', exported: 'monitoring', environment: {} },
] as const;

const HEAD = '// Written by scripts/docs/openapi.ts from the OpenAPI document beside it; do not change it by hand.\n';

async function filesOf({ name, exported, environment }: (typeof SERVICES)[number]): Promise<[string, string][]> {
  const module = (await import(join(root, 'apps', name, 'dist', `${name}.js`))) as Record<string, unknown>;
  const definition = module[exported] as ServiceDefinition<CommonConfig>;
  const document = await describeService(definition, { MONGODB_PASSWORD: 'x', ...environment });
  const json = `${JSON.stringify(document, null, 2)}\n`;
  const types = astToString(
    await openapiTypescript(JSON.parse(json) as OpenAPI3, { alphabetize: true, defaultNonNullable: false }),
  );
  return [
    [join(target, `${name}.openapi.json`), json],
    [join(target, `${name}.ts`), `${HEAD}\n${types}`],
  ];
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

const files = (await Promise.all(SERVICES.map(filesOf))).flat();
const stale = files.filter(([file, text]) => read(file) !== text);
if (process.argv.includes('--check')) {
  for (const [file] of stale) console.error(`${file} is not what the services say: run \`pnpm openapi\``);
  if (stale.length > 0) process.exit(1);
} else {
  for (const [file, text] of stale) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}
