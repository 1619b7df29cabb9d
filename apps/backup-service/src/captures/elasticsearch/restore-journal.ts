import type { Client } from '@elastic/elasticsearch';
import { isStatus, jsonRequest, pathOf, rawRequest } from '@lucid/clients/elasticsearch/raw-request';
import type { EngineRestored } from '../restore-port.ts';

/** A restore that has come to its end, or to its swap. */
export interface RestoreJournal {
  /** Left out: it is finished. `reconciled`: what is staged was brought up; from here on the swap begins. */
  readonly state?: 'reconciled';
  /** When it reached that. */
  readonly finishedAt: string;
  /** The indices that it made, by name their UUID. */
  readonly targets: Readonly<Record<string, string>>;
  readonly warnings: readonly string[];
  readonly searchIndices?: EngineRestored['searchIndices'];
  readonly isDegraded?: boolean;
}

const KEPT_MS = 7 * 86_400_000;

/**
 * Kept in the metadata of a component template that nothing is made of: it has no shards, and it goes with the cluster it is about. A
 * restore that is called again after its end finds here that nothing is left to do. Deleted after a week.
 */
export async function readJournal(
  client: Client,
  work: string,
  signal?: AbortSignal,
): Promise<RestoreJournal | undefined> {
  const all = await listJournals(client, pathOf('_component_template', work), signal);
  return all.get(work);
}

export async function writeJournal(client: Client, work: string, journal: RestoreJournal): Promise<void> {
  const body = JSON.stringify({ template: {}, _meta: { lucidRestore: journal } });
  await rawRequest(client, { method: 'PUT', path: pathOf('_component_template', work), body });
}

/** None there is fine. */
export async function removeJournal(client: Client, work: string): Promise<void> {
  try {
    await rawRequest(client, { method: 'DELETE', path: pathOf('_component_template', work) });
  } catch (error) {
    if (!isStatus(error, 404)) throw error;
  }
}

export async function removeOldJournals(client: Client, prefix: string, now: Date): Promise<void> {
  const path = `/_component_template/${encodeURIComponent(`restoring-${prefix}-`)}*`;
  for (const [name, { finishedAt }] of await listJournals(client, path)) {
    if (now.getTime() - Date.parse(finishedAt) > KEPT_MS) {
      await rawRequest(client, { method: 'DELETE', path: pathOf('_component_template', name) });
    }
  }
}

interface Answer {
  readonly component_templates: readonly {
    readonly name: string;
    readonly component_template: { readonly _meta?: { readonly lucidRestore?: RestoreJournal } };
  }[];
}

async function listJournals(client: Client, path: string, signal?: AbortSignal): Promise<Map<string, RestoreJournal>> {
  try {
    const { component_templates } = await jsonRequest<Answer>(client, {
      method: 'GET',
      path,
      ...(signal && { signal }),
    });
    return new Map(
      component_templates.flatMap(({ name, component_template: { _meta } }) =>
        _meta?.lucidRestore ? [[name, _meta.lucidRestore] as const] : [],
      ),
    );
  } catch (error) {
    if (isStatus(error, 404)) return new Map();
    throw error;
  }
}
