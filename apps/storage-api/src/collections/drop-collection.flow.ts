import { createHash } from 'node:crypto';
import { BackupCatalogue } from '@lucid/clients/mongodb/backup-catalogue';
import { AppError } from '@lucid/core/app-error';
import type { Clock } from '@lucid/core/clock';
import {
  asideName,
  type CollectionDropPayload,
  type CollectionDropResult,
} from '@lucid/jobs/contracts/collection-drop';
import type { JobContext } from '@lucid/jobs/job-handler';
import { InjectClock, InjectMainDatabase } from '@lucid/service-kit/tokens';
import { Injectable } from '@nestjs/common';
import { MongoServerError, type Db } from 'mongodb';
import { BackupFirst } from '../backups/backup-first.ts';
import { CollectionCatalogue, type CollectionEntry, type CollectionType } from './collection-catalogue.ts';
import { hasChanged, hasChangedBeforeRename, markWrites, type WriteMark } from './collection-changes.ts';
import { CollectionDrop } from './collection-drop.service.ts';

/** How often a collection that is written to meanwhile is backed up again before the job gives up. */
const MAX_ROUNDS = 3;
const NAMESPACE_EXISTS = 48;

/** The collection as it was when the job began; stored with the job. */
interface Target {
  name: string;
  type: CollectionType;
  uuid: string | null;
  definition: string;
  documents: number | null;
  dataBytes: number;
  indexes: number;
}

interface Round {
  backupId: string;
  mark: WriteMark;
  /** Key of the step that is stored right before the drop. */
  intent: string;
}

type Context = JobContext<CollectionDropPayload>;

/**
 * Backs a collection up, and drops it where nobody has written to it since. A collection is first renamed, which no write can
 * overtake; then its change stream is read up to the renaming, so that what is dropped is what the backup holds, to the document. Where a
 * write slipped in, the name is given back and it starts again. Time series and views cannot be renamed: there the look and the drop
 * follow each other at once. A run that died after the renaming goes on from there.
 */
@Injectable()
export class DropCollectionFlow {
  constructor(
    private readonly catalogue: CollectionCatalogue,
    private readonly backups: BackupCatalogue,
    private readonly backupFirst: BackupFirst,
    private readonly drops: CollectionDrop,
    @InjectMainDatabase() private readonly database: Db,
    @InjectClock() private readonly clock: Clock,
  ) {}

  /** @throws AppError COLLECTION_CHANGED, BACKUP_FIRST_FAILED, COLLECTION_NOT_FOUND, CONFIRMATION_REQUIRED */
  async run(context: Context): Promise<CollectionDropResult> {
    const { signal, steps } = context;
    const target = await steps.run('target', () => this.target(context));
    if (signal.aborted) {
      await this.giveBack(target, context);
      signal.throwIfAborted();
    }
    const taken: string[] = [];
    for (let round = 1; round <= MAX_ROUNDS; round += 1) {
      const made = await this.backUp(target, round, context);
      taken.push(made.backupId);
      if (await this.dropUnchanged(target, made, context)) return this.result(target, taken);
      context.logger.warn({ round, backupId: made.backupId }, 'the collection was written to after its backup');
    }
    const detail = `${target.name} was written to after each of ${String(MAX_ROUNDS)} backups, so it was not dropped: stop what writes to it; the last backup is ${taken.at(-1) ?? ''}`;
    throw new AppError('COLLECTION_CHANGED', detail);
  }

  private async target({ payload }: Context): Promise<Target> {
    const { collection: name, confirm } = payload;
    const { documents, dataBytes, indexes } = await this.drops.confirmed(name, confirm);
    const entry = await this.catalogue.get(name);
    return {
      name,
      type: entry.type,
      uuid: entry.uuid,
      definition: definitionOf(entry),
      documents,
      dataBytes,
      indexes: indexes.length,
    };
  }

  /**
   * Only a backup that holds the collection counts. Its end is known to the second: what was written in that second may not be in it,
   * and counts as written since.
   */
  private async backUp(target: Target, round: number, context: Context): Promise<Round> {
    const { name } = target;
    const mark = await context.steps.run(`mark-${String(round)}`, async () =>
      markWrites(this.database, await this.catalogue.get(name)),
    );
    const label = `before the drop of ${name}`.slice(0, 180) + (round > 1 ? ` (${String(round)})` : '');
    const { databaseName: database } = this.database;
    const backupId = await this.backupFirst.take({ database, collections: [name] }, label, context);
    const backup = await this.backups.find(backupId);
    if (!backup?.consistent_at || !(backup.namespaces ?? []).includes(`${database}.${name}`))
      throw new AppError('BACKUP_FIRST_FAILED', `the backup ${backupId} does not hold ${name}: nothing was dropped`);
    const end = Math.floor(backup.consistent_at.getTime() / 1_000);
    return {
      backupId,
      intent: `drop-${String(round)}`,
      mark: end > mark.time.t ? { ...mark, time: { t: end, i: 0 } } : mark,
    };
  }

  /** False where it was written to since the mark; then it stands under its name again. @throws AppError COLLECTION_CHANGED */
  private async dropUnchanged(target: Target, { mark, intent }: Round, context: Context): Promise<boolean> {
    const aside = asideName(context.job.id);
    const { steps, signal } = context;
    const isAside = await this.isThere(aside, target);
    if (!isAside) {
      const entry = await this.catalogue.find(target.name);
      if (!entry || !isSame(entry, target)) {
        // The step was stored before the deed: what is gone after it was dropped by an earlier run.
        if (!entry && steps.has(intent)) return true;
        throw new AppError('COLLECTION_CHANGED', `${target.name} was dropped or replaced by somebody else meanwhile`);
      }
      if (await hasChanged(this.database, entry, mark)) return false;
      signal.throwIfAborted();
      context.progress({ phase: 'drop', done: 0, total: 1, unit: 'collections' });
      await steps.run(intent, () => Promise.resolve(aside));
      await context.assertHeld();
      if (target.type !== 'collection') {
        await this.database.dropCollection(target.name);
        return true;
      }
      await this.database.collection(target.name).rename(aside);
    }
    if (await hasChangedBeforeRename(this.database, { name: target.name, aside }, mark, this.clock)) {
      await this.giveBack(target, context);
      return false;
    }
    await this.database.dropCollection(aside);
    return true;
  }

  /** Gives a collection that was set aside its name again. @throws AppError COLLECTION_CHANGED where the name is taken by now */
  private async giveBack(target: Target, context: Context): Promise<void> {
    const aside = asideName(context.job.id);
    if (!(await this.isThere(aside, target))) return;
    try {
      await this.database.collection(aside).rename(target.name);
    } catch (error) {
      if (!(error instanceof MongoServerError && error.code === NAMESPACE_EXISTS)) throw error;
      const detail = `${target.name} was written to while it was dropped, and came into being anew: all that it held stands in ${aside}; bring the two together, or drop it`;
      throw new AppError('COLLECTION_CHANGED', detail, { cause: error });
    }
  }

  private async isThere(aside: string, { uuid }: Target): Promise<boolean> {
    const entry = await this.catalogue.find(aside);
    return entry !== undefined && entry.uuid === uuid;
  }

  private result({ name, documents, dataBytes, indexes }: Target, taken: readonly string[]): CollectionDropResult {
    const earlier = taken.slice(0, -1);
    return {
      ...{ collection: name, backupId: taken.at(-1) ?? '', documents, dataBytes, indexes },
      droppedAt: this.clock.now().toISOString(),
      ...(earlier.length > 0 && { earlierBackupIds: [...earlier] }),
    };
  }
}

function isSame(entry: CollectionEntry, { uuid, type, definition }: Target): boolean {
  return entry.type === type && entry.uuid === uuid && definitionOf(entry) === definition;
}

/** What makes a view or a time series the same one, since those have no id. */
function definitionOf({ type, options }: CollectionEntry): string {
  return type === 'collection' ? '' : createHash('sha256').update(JSON.stringify(options)).digest('hex');
}
