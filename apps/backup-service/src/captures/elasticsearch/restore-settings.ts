import type { Client } from '@elastic/elasticsearch';
import { isStatus, jsonRequest, pathOf, rawRequest } from '@lucid/clients/elasticsearch/raw-request';
import { AppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import type { IndexManifest } from './manifest.ts';

const PRIMARIES_MS = 1_800_000;
const POLL_MS = 100;

type Settings = Record<string, string | string[] | null>;

/** Settings under which an index could not be loaded, copied or found on any node; they come at the end. */
const DEFERRED =
  /^index\.(number_of_replicas|auto_expand_replicas|refresh_interval|hidden|default_pipeline|final_pipeline|translog\.durability|write\.wait_for_active_shards|priority|blocks\.|routing\.allocation\.|lifecycle\.)/;
const BLOCK = /^index\.blocks\./;
/** Set by the server itself where a disk is full. */
const FULL_DISK = 'index.blocks.read_only_allow_delete';

/** What a staged index has while it is filled: unseen by wildcards, without copies, refreshed when it is whole. */
export const STAGING_SETTINGS: Readonly<Record<string, string>> = {
  'index.hidden': 'true',
  'index.number_of_replicas': '0',
  'index.auto_expand_replicas': 'false',
};
const LOADING_SETTINGS: Readonly<Record<string, string>> = {
  ...STAGING_SETTINGS,
  'index.refresh_interval': '-1',
  'index.translog.durability': 'async',
};
/** Patterns of DEFERRED for a restore from a snapshot, which would else bring them along. */
export const IGNORED_IN_STAGING = [
  'index.default_pipeline',
  'index.final_pipeline',
  'index.blocks.*',
  'index.routing.allocation.*',
  'index.lifecycle.*',
  'index.write.wait_for_active_shards',
];

/** Settings with which the index is made for loading. */
export function loadingSettings({ settings }: IndexManifest): Settings {
  const fixed = Object.entries(settings).filter(([name]) => !DEFERRED.test(name));
  return { ...Object.fromEntries(fixed), ...LOADING_SETTINGS };
}

/** Settings that turn the copy of a staged index into what was backed up, but for its blocks; null: back to the default. */
function finalSettings({ settings }: IndexManifest): Settings {
  const deferred = Object.entries(settings).filter(([name]) => DEFERRED.test(name) && !BLOCK.test(name));
  const nothing = Object.fromEntries(
    [...Object.keys(LOADING_SETTINGS), 'index.blocks.write'].map((name) => [name, null]),
  );
  return { ...nothing, ...Object.fromEntries(deferred) };
}

/** @returns what the server does not know, as warnings */
export async function applyFinalSettings(client: Client, target: string, index: IndexManifest): Promise<string[]> {
  const settings = finalSettings(index);
  try {
    await putSettings(client, target, settings);
    return [];
  } catch (error) {
    if (!isStatus(error, 400)) throw error;
  }
  // Such as a lifecycle policy on a distribution without: the others count all the same.
  const warnings: string[] = [];
  for (const [name, value] of Object.entries(settings)) {
    try {
      await putSettings(client, target, { [name]: value });
    } catch (error) {
      if (!isStatus(error, 400)) throw error;
      if (value !== null) warnings.push(`${target}: the setting ${name} was refused and is left out`);
    }
  }
  return warnings;
}

/** Blocks of the backup, once nothing is left to be changed. */
export async function applyBlocks(client: Client, target: string, { settings }: IndexManifest): Promise<void> {
  const blocks = Object.entries(settings).filter(([name]) => BLOCK.test(name) && name !== FULL_DISK);
  if (blocks.length > 0) await putSettings(client, target, Object.fromEntries(blocks));
}

export async function putSettings(client: Client, index: string, settings: Settings): Promise<void> {
  await rawRequest(client, { method: 'PUT', path: pathOf(index, '_settings'), body: JSON.stringify(settings) });
}

/**
 * Waits until every primary of the index answers. The status alone does not tell: an index that is being made is yellow, not red.
 * @throws AppError ENGINE_UNSUITABLE after half an hour
 */
export async function waitForPrimaries(
  client: Client,
  { name, shards }: { name: string; shards: number },
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<void> {
  const until = clock.monotonicMs() + PRIMARIES_MS;
  for (;;) {
    const path = pathOf('_cluster', 'health', name);
    const health = await jsonRequest<{ active_primary_shards: number }>(client, { method: 'GET', path, signal });
    if (health.active_primary_shards >= shards) return;
    if (clock.monotonicMs() > until) {
      throw new AppError(
        'ENGINE_UNSUITABLE',
        `Elasticsearch has no place for the shards of ${name}: see its allocation`,
      );
    }
    await clock.sleep(POLL_MS, signal);
  }
}
