import type { Client } from '@elastic/elasticsearch';
import { errorTypeOf } from '@lucid/clients/elasticsearch/raw-request';
import { readServerFacts } from '@lucid/clients/elasticsearch/server-facts';
import { AppError } from '@lucid/core/app-error';
import type { BackupRestorePayload } from '@lucid/jobs/contracts/backup-restore';
import type { EngineRestored, EngineRestorer, RestoreInput, RestoreRun } from '../restore-port.ts';
import { countDocuments } from './index-catalogue.ts';
import { readElasticsearchManifest } from './manifest.ts';
import { NONE_RECONCILED, type Reconciliations, reconcileUnits, type SearchedDatabase } from './reconcile-units.ts';
import type { ElasticsearchRestoreContext } from './restore-context.ts';
import { readJournal, removeJournal, removeOldJournals, writeJournal, type RestoreJournal } from './restore-journal.ts';
import { workName } from './restore-names.ts';
import { type ElasticsearchRestorePlan, planElasticsearchRestore } from './restore-plan.ts';
import { swapIn } from './restore-swap.ts';
import { deleteIndices, readNames, readTarget, shardRoom, stagingStateOf } from './restore-target.ts';
import { restoreTemplates } from './restore-templates.ts';
import { restoreRepository } from './stage-snapshot.ts';
import { stageUnits } from './stage-units.ts';
import { SnapshotRepository } from './snapshot-repository.ts';

type Reconciled = Omit<Reconciliations, 'warnings'>;

const VERIFY_BYTES = 2 * 1024 ** 3;

export interface ElasticsearchRestorerOptions {
  readonly client: Client;
  /** ELASTICSEARCH_INDEX_PREFIX: nothing is restored under other names. */
  readonly prefix: string;
  /** ELASTICSEARCH_SNAPSHOT_PATH, as this service sees it. Backups by snapshots need it. */
  readonly snapshotPath?: string | undefined;
  /** Indices of more plain bytes are verified by their number of documents alone (2 GiB). */
  readonly verifyBytes?: number;
  /** What search indices are derived from; without it they stay as they were captured. */
  readonly searched?: SearchedDatabase;
}

/**
 * Restores indices: each is staged under a hidden name and verified, all of them before any live one is touched; then each gets its name
 * (see `swapIn`). What a run has reached is kept on the server, with the staged indices themselves.
 */
export class ElasticsearchRestorer implements EngineRestorer<ElasticsearchRestorePlan> {
  readonly engine = 'elasticsearch';
  private readonly options: ElasticsearchRestorerOptions;

  constructor(options: ElasticsearchRestorerOptions) {
    this.options = options;
  }

  async plan(input: RestoreInput, request: BackupRestorePayload, run: RestoreRun): Promise<ElasticsearchRestorePlan> {
    const { client, prefix, snapshotPath } = this.options;
    const manifest = readElasticsearchManifest(input.manifest);
    const work = workName(prefix, run.restoreId);
    // Said before anything is begun, also to who only asks for the plan.
    if (manifest.path === 'snapshot') restoreRepository({ client, snapshotPath, work });
    return judged(run.signal, async () => {
      const { version } = await readServerFacts(client, run.signal);
      const target = await readTarget(client, run.signal);
      return planElasticsearchRestore(manifest, request.elasticsearch ?? {}, target, {
        ...{ prefix, work, serverVersion: version },
        shardRoom: await shardRoom(client, run.signal),
        journal: await readJournal(client, work, run.signal),
      });
    });
  }

  async restore(input: RestoreInput, plan: ElasticsearchRestorePlan, run: RestoreRun): Promise<EngineRestored> {
    const { client, prefix, snapshotPath, verifyBytes = VERIFY_BYTES } = this.options;
    const work = workName(prefix, run.restoreId);
    const manifest = readElasticsearchManifest(input.manifest);
    const context = { client, prefix, snapshotPath, work, reader: input.reader, manifest, plan, run, verifyBytes };
    return judged(run.signal, () => this.run(context));
  }

  /**
   * Deletes what was staged. An index that already stands in for a live one stays, hidden, under its aliases: it holds the only copy, and the
   * same restore run again finishes it.
   */
  async discard(restoreId: string): Promise<boolean> {
    const { client, prefix, snapshotPath } = this.options;
    const work = workName(prefix, restoreId);
    const target = await readNames(client);
    const staged = [...target.names].filter((name) => name.startsWith(`${work}-`));
    const standingIn = staged.filter((name) => stagingStateOf(target, name) === 'swapping');
    await deleteIndices(
      client,
      staged.filter((name) => !standingIn.includes(name)),
    );
    if (snapshotPath !== undefined) {
      const repository = new SnapshotRepository(client, snapshotPath, work);
      await repository.forget();
      await repository.removeFolder();
    }
    if (standingIn.length > 0) return false;
    if ((await readJournal(client, work))?.state === 'reconciled') await removeJournal(client, work);
    return true;
  }

  private async run(context: ElasticsearchRestoreContext): Promise<EngineRestored> {
    const { client, plan, run, work, manifest } = context;
    const journal = await readJournal(client, work, run.signal);
    const finished = journal?.state === undefined ? journal : undefined;
    const warnings = [...(finished?.warnings ?? [])];
    let reconciled: Reconciled = figuresOf(finished);
    if (!finished) {
      warnings.push(...(await stageUnits(context)));
      const { warnings: differences, ...figures } = await this.reconcile(context, journal);
      warnings.push(...differences);
      reconciled = figures;
      warnings.push(...(await swapIn(context)));
      if (plan.hasTemplates) warnings.push(...(await restoreTemplates(client, manifest.templates)));
      await this.finish(context, { warnings, ...reconciled });
    }
    await this.discard(run.restoreId);
    return { namespaces: await this.counted(context), operations: 0, warnings, ...reconciled };
  }

  /** Kept before the swap: a run that goes on after a kill cannot find it out again. */
  private async reconcile(
    context: ElasticsearchRestoreContext,
    journal: RestoreJournal | undefined,
  ): Promise<Reconciliations> {
    const { searched } = this.options;
    const { client, work, run } = context;
    if (!searched || !run.lead) return NONE_RECONCILED;
    const before = { ...figuresOf(journal), warnings: journal?.warnings ?? [] };
    const found = await reconcileUnits(context, searched, run.lead, before);
    const finishedAt = run.clock.now().toISOString();
    await writeJournal(client, work, { state: 'reconciled', finishedAt, targets: {}, ...found });
    return found;
  }

  private async finish(
    { client, plan, run, work, prefix }: ElasticsearchRestoreContext,
    result: Reconciliations,
  ): Promise<void> {
    const { indices } = await readTarget(client, run.signal);
    const targets = Object.fromEntries(plan.units.map(({ target }) => [target, indices.get(target)?.uuid ?? '']));
    const now = run.clock.now();
    await writeJournal(client, work, { finishedAt: now.toISOString(), targets, ...result });
    await removeOldJournals(client, prefix, now);
  }

  private async counted({ client, plan, run }: ElasticsearchRestoreContext): Promise<EngineRestored['namespaces']> {
    const counted = [];
    for (const { index, target } of plan.units) {
      const documents = index.isClosed ? index.documents : await countDocuments(client, target, run.signal);
      counted.push({ target, documents });
    }
    return counted;
  }
}

function figuresOf(journal: RestoreJournal | undefined): Reconciled {
  return { searchIndices: journal?.searchIndices ?? [], isDegraded: journal?.isDegraded ?? false };
}

/** What the server refused in a way that nobody judged; its words are only for the log. */
async function judged<T>(signal: AbortSignal, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    signal.throwIfAborted();
    const type = error instanceof AppError ? undefined : errorTypeOf(error);
    if (type === undefined) throw error;
    throw new AppError('ELASTICSEARCH_UNAVAILABLE', `Elasticsearch refused a part of the restore (${type})`, {
      cause: error,
    });
  }
}
