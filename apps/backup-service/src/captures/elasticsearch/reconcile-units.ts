import { toMongoAppError } from '@lucid/clients/mongodb/errors';
import { isAppError } from '@lucid/core/app-error';
import type { RestoredSearchIndex } from '@lucid/jobs/contracts/backup-restore';
import type { ModelDefinition } from '@lucid/models/model-definition';
import type { MongoClient, Timestamp } from 'mongodb';
import type { EngineRestored, RestoredLead } from '../restore-port.ts';
import { type Reconciled, reconcileIndex, type SearchOrigin } from './reconcile-index.ts';
import type { ElasticsearchRestoreContext } from './restore-context.ts';
import type { RestoreUnit } from './restore-plan.ts';
import { readNames, stagingStateOf } from './restore-target.ts';

const MAX_TRIES = 3;
const PAUSE_MS = 5_000;
const CLOCK_BEHIND =
  'holds documents of a later time than that of this MongoDB: set the clocks, for what is written before then is taken for older';

/** Where the documents of searchable models are. */
export interface SearchedDatabase {
  readonly client: MongoClient;
  /** The main database, by its name in the backup and here. */
  readonly database: string;
  readonly models: readonly ModelDefinition[];
}

export type Reconciliations = Required<Pick<EngineRestored, 'searchIndices' | 'warnings' | 'isDegraded'>>;

export const NONE_RECONCILED: Reconciliations = { searchIndices: [], warnings: [], isDegraded: false };

interface Pair {
  readonly unit: RestoreUnit;
  readonly model: ModelDefinition;
}

/**
 * Brings the staged indices to MongoDB's exact time: they were captured a moment before its end, or for another one (`pointInTime`). An
 * index belongs to a model by the alias it will have (`lucid_sessions`) and a mapping like those of the suite; others are left as they were captured. An
 * index that cannot be brought up stays as it is, and makes the restore degraded. May run twice.
 * @param before what a run found that died in its swap: it counts where an index is beyond being compared
 */
export async function reconcileUnits(
  context: ElasticsearchRestoreContext,
  searched: SearchedDatabase,
  lead: RestoredLead,
  before = NONE_RECONCILED,
): Promise<Reconciliations> {
  const { run, plan } = context;
  const result = { searchIndices: [] as RestoredSearchIndex[], warnings: [] as string[], isDegraded: false };
  let isPartlySwapped = false;
  const degrade = (warning: string): void => {
    result.warnings.push(warning);
    result.isDegraded = true;
  };
  const target = await readNames(context.client, run.signal);
  const pairs = pairsOf(plan.units, context.prefix, searched.models);
  for (const { unit, model } of pairs) {
    if (stagingStateOf(target, unit.staging) !== 'verified') {
      isPartlySwapped = true;
      continue;
    }
    if (pairs.some((other) => other.unit !== unit && other.model === model)) {
      degrade(`${unit.target} shares its alias with another index, so neither was compared with ${model.collection}`);
      continue;
    }
    try {
      const { refusedIds, ahead, ...figures } = await reconcileWithRetries(context, unit, () =>
        originOf(searched, model, lead),
      );
      result.searchIndices.push(figures);
      if (ahead > 0) result.warnings.push(`${unit.target} ${CLOCK_BEHIND}`);
      if (figures.refused > 0) {
        degrade(
          `${unit.target} cannot take ${figures.refused} documents of ${figures.collection}: ${refusedIds.join(', ')}`,
        );
      }
    } catch (error) {
      run.signal.throwIfAborted();
      if (isAppError(error, 'ELASTICSEARCH_UNAVAILABLE') || isAppError(error, 'STORAGE_FULL')) throw error;
      run.logger.error({ err: error, index: unit.target }, 'a search index could not be compared with its collection');
      degrade(`${unit.target} is as it was captured: it could not be compared with ${model.collection}`);
    }
  }
  return isPartlySwapped ? joined(before, result) : result;
}

/** What was found now counts before what was found then. */
function joined(before: Reconciliations, now: Reconciliations): Reconciliations {
  const again = new Set(now.searchIndices.map(({ index }) => index));
  return {
    searchIndices: [...before.searchIndices.filter(({ index }) => !again.has(index)), ...now.searchIndices],
    warnings: [...new Set([...before.warnings, ...now.warnings])],
    isDegraded: before.isDegraded || now.isDegraded,
  };
}

/** An election must not leave an index behind its collection. */
async function reconcileWithRetries(
  context: ElasticsearchRestoreContext,
  unit: RestoreUnit,
  origin: () => Promise<SearchOrigin>,
): Promise<Reconciled> {
  const { clock, logger, signal } = context.run;
  for (let tries = 1; ; tries += 1) {
    try {
      return await reconcileIndex(context, unit, await origin());
    } catch (error) {
      if (tries === MAX_TRIES || !toMongoAppError(error)?.retryable) throw error;
      logger.warn({ err: error, index: unit.target }, 'the comparison with MongoDB begins again');
      await clock.sleep(PAUSE_MS, signal);
    }
  }
}

function pairsOf(units: readonly RestoreUnit[], prefix: string, models: readonly ModelDefinition[]): Pair[] {
  return units.flatMap((unit) => {
    const model = models.find(
      ({ search }) => search && unit.aliases.some(({ name }) => name === `${prefix}_${search.index}`),
    );
    return model && !unit.index.isClosed && isOfModel(unit, model) ? { unit, model } : [];
  });
}

/** Nothing that the model keeps out of search may reach an index that would keep it; an index that others fill is theirs. */
function isOfModel({ index }: RestoreUnit, { search }: ModelDefinition): boolean {
  const mappings = JSON.parse(index.mappings) as { dynamic?: unknown; _source?: { excludes?: string[] } };
  const kept = new Set(mappings._source?.excludes);
  return (
    String(mappings.dynamic) === 'false' && (search?.mapping._source?.excludes ?? []).every((path) => kept.has(path))
  );
}

async function originOf(
  { client, database }: SearchedDatabase,
  { collection, search }: ModelDefinition,
  lead: RestoredLead,
): Promise<SearchOrigin> {
  if (!search) throw new TypeError(`${collection} is not searchable`);
  const source = `${database}.${collection}`;
  const target = lead.targetOf(source);
  const [targetDatabase = '', ...name] = (target ?? source).split('.');
  const options = { readConcern: { level: 'majority' }, readPreference: 'primary' } as const;
  return {
    search,
    collection: client.db(targetDatabase).collection(name.join('.'), options),
    version: await currentTime(client),
    mayRemove: target !== undefined,
  };
}

/** Cluster time as live sync counts it: seconds and ordinal as one integer of 64 bits. */
async function currentTime(client: MongoClient): Promise<bigint> {
  const { operationTime } = await client.db('admin').command({ hello: 1 }, { readPreference: 'primary' });
  const { high, low } = operationTime as Timestamp;
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}
