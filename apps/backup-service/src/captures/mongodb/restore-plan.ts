import { AppError } from '@lucid/core/app-error';
import {
  BUCKETS_PREFIX,
  isInternalCollection,
  KEPT_COLLECTIONS,
  matchesGlob,
  type Namespace,
  parseNamespace,
  SYSTEM_DATABASES,
} from './restore-names.ts';
import type { DirectClaim, RestoreJournalDocument } from './restore-journal.ts';
import type { RestoreSource } from './restore-source.ts';
import type { TargetCollection, TargetState } from './restore-target.ts';

export interface RestoreRequest {
  /** Everything into this database; the choice must then be of one database. */
  readonly targetDatabase?: string;
  /** `database.collection`, with `*` for any characters of the collection. */
  readonly namespaces?: readonly string[];
  /** Old namespace → new one; it wins over `targetDatabase`. */
  readonly renames?: Readonly<Record<string, string>>;
  /** Drop, in databases restored in place as a whole, the collections that the backup does not have (false: they stay). */
  readonly dropExtra?: boolean;
}

export interface RestoreRules {
  readonly controlDatabase: string;
  /** The database whose `backups`, `audit_logs` and `alerts` an in-place restore keeps. */
  readonly mainDatabase: string;
  /** What an earlier run of the same restore left, so that its own work is no conflict (see `ownWorkOf`). */
  readonly own?: OwnWork;
}

export interface OwnWork {
  readonly uuids: ReadonlySet<string>;
  /** By the name under which it has begun to make a collection. */
  readonly claims: ReadonlyMap<string, DirectClaim>;
  /** It was planned and verified, and can only go forward. */
  readonly isSwapping: boolean;
}

/** Read it from the journal before planning a restore that may have run before. */
export function ownWorkOf(journal: RestoreJournalDocument | null): OwnWork {
  return {
    uuids: new Set(Object.values(journal?.collections ?? {}).map(({ uuid }) => uuid)),
    claims: new Map(Object.values(journal?.claims ?? {}).map((claim) => [claim.target, claim])),
    isSwapping: journal !== null && journal.phase !== 'restore',
  };
}

/** Is what stands under this name of the restore that is being planned? */
export function isOwnWork(own: OwnWork | undefined, name: string, there: TargetCollection): boolean {
  if (!own) return false;
  const claim = own.claims.get(name);
  // Before its UUID is noted, what it made is empty; another one of that name is somebody else's.
  const isMade = claim?.made === undefined ? !there.hasDocuments : there.uuid === claim.made;
  const isClaimed = claim !== undefined && there.uuid !== undefined && there.uuid !== claim.previous && isMade;
  return own.isSwapping || isClaimed || (there.uuid !== undefined && own.uuids.has(there.uuid));
}

const BY_A_RESTORE = 'was made by a restore after the backup, and can be restored from a later backup only';

export interface PlannedNamespace {
  readonly source: string;
  readonly target: string;
  readonly type: 'collection' | 'timeseries' | 'view';
  readonly documents: number;
  readonly bytes: number;
  /** Index builds, `_id` not counted. */
  readonly indexes: number;
  /** Something of that name is there and will be replaced. */
  readonly replaces: boolean;
  /** It cannot be renamed, so it is dropped and restored under its own name: take a safety backup first. */
  readonly isDirect: boolean;
}

export interface PlanConflict {
  readonly namespace: string;
  readonly reason: string;
}

export interface RestorePlan {
  readonly namespaces: readonly PlannedNamespace[];
  readonly documents: number;
  readonly bytes: number;
  readonly indexBuilds: number;
  /** Collections of the target that the backup does not have, and what happens to them. */
  readonly extra: readonly { readonly namespace: string; readonly action: 'keep' | 'drop' }[];
  /** Left alone, with the reason. */
  readonly kept: readonly { readonly namespace: string; readonly reason: string }[];
  readonly usersAndRoles: boolean;
  readonly isInPlace: boolean;
  readonly warnings: readonly string[];
  /** What would be overwritten, and versions that do not fit (`*`). A plan with any of them is not carried out. */
  readonly conflicts: readonly PlanConflict[];
  readonly versions: { readonly backup: string; readonly target: string; readonly compatible: boolean };
  /** Where a namespace goes; undefined: not restored. Holds for those too that only the oplog knows. */
  targetOf(source: string): string | undefined;
  /** False for databases that are never restored: their oplog entries are not even read. */
  isRelevant(sourceDatabase: string): boolean;
}

/**
 * Decides what goes where; touches nothing.
 * @throws AppError RESTORE_CONFLICT (a target holds documents, or is taken twice), RESTORE_REFUSED (protected, unknown name,
 * versions), BACKUP_SCOPE_EMPTY (nothing matches)
 */
export function planRestore(
  source: RestoreSource,
  request: RestoreRequest,
  target: TargetState,
  rules: RestoreRules,
): RestorePlan {
  return refuseConflicts(draftRestore(source, request, target, rules));
}

/** @throws AppError RESTORE_CONFLICT, RESTORE_REFUSED (versions) where anything stands against the plan */
export function refuseConflicts(plan: RestorePlan): RestorePlan {
  const { backup, target: to, compatible } = plan.versions;
  if (!compatible)
    throw new AppError('RESTORE_REFUSED', `The backup is of MongoDB ${backup}; the target runs as ${to}.`);
  const [first, ...others] = plan.conflicts;
  if (!first) return plan;
  const more = others.length > 0 ? ` ${others.length} more: ask for the plan with dryRun.` : '';
  throw new AppError('RESTORE_CONFLICT', `${first.namespace} ${first.reason}: choose another target database.${more}`);
}

/**
 * The same, with all conflicts in the plan instead of the first one thrown.
 * @throws AppError RESTORE_REFUSED (protected, unknown name), BACKUP_SCOPE_EMPTY
 */
export function draftRestore(
  source: RestoreSource,
  request: RestoreRequest,
  target: TargetState,
  rules: RestoreRules,
): RestorePlan {
  const versions = compareVersions(source, target);
  const warnings = versionWarnings(versions);
  const mapping = new NamespaceMapping(source, request, rules);
  const namespaces = plannedNamespaces(source, target, mapping);
  if (namespaces.length === 0) {
    throw new AppError('BACKUP_SCOPE_EMPTY', 'Nothing in this backup matches: check `namespaces` against the backup.');
  }
  const conflicts = versions.compatible ? [] : [{ namespace: '*', reason: 'is of a newer MongoDB than the target' }];
  conflicts.push(...findCollisions(namespaces, target, rules.own));
  warnings.push(...directWarnings(namespaces));
  warnings.push(...keepUnseen(source, request, mapping));
  warnings.push(...strayBuckets(source, mapping));
  const isInPlace = namespaces.every((one) => one.source === one.target);
  const isAll = request.namespaces === undefined && request.renames === undefined;
  const usersAndRoles = isInPlace && isAll && source.users !== undefined;
  if (source.users && !usersAndRoles) warnings.push('Users and roles are restored only with a whole backup in place.');
  return {
    namespaces,
    documents: namespaces.reduce((sum, { documents }) => sum + documents, 0),
    bytes: namespaces.reduce((sum, { bytes }) => sum + bytes, 0),
    indexBuilds: namespaces.reduce((sum, { indexes }) => sum + indexes, 0),
    extra: extraCollections(source, request, target, mapping),
    kept: mapping.kept,
    usersAndRoles,
    isInPlace,
    warnings,
    conflicts,
    versions,
    targetOf: (namespace) => mapping.targetOf(namespace),
    isRelevant: (database) => !mapping.isProtected(database),
  };
}

class NamespaceMapping {
  readonly kept: { namespace: string; reason: string }[] = [];
  private readonly known: Set<string>;
  private readonly protectedDatabases: Set<string>;

  constructor(
    private readonly source: RestoreSource,
    private readonly request: RestoreRequest,
    private readonly rules: RestoreRules,
  ) {
    this.known = new Set([...source.collections, ...source.views].map(({ namespace }) => namespace));
    this.protectedDatabases = new Set([...SYSTEM_DATABASES, rules.controlDatabase]);
    this.checkRequest();
    for (const namespace of this.known) {
      if (this.isChosen(namespace) && this.isKept(namespace))
        this.kept.push({ namespace, reason: 'kept unless it is named' });
    }
  }

  targetOf(namespace: string): string | undefined {
    const { database, collection } = parseNamespace(namespace);
    if (this.protectedDatabases.has(database) || isInternalCollection(collection)) return undefined;
    if (!this.known.has(namespace) && !this.source.wholeDatabases.includes(database)) return undefined;
    if (!this.isChosen(namespace) || this.isKept(namespace)) return undefined;
    return this.mapped(namespace);
  }

  isProtected(database: string): boolean {
    return this.protectedDatabases.has(database);
  }

  isChosen(namespace: string): boolean {
    const { namespaces, renames, targetDatabase } = this.request;
    if (namespaces) return namespaces.some((glob) => matchesGlob(glob, namespace));
    // Renames alone mean what they name: everything else in place would be a trap.
    return renames === undefined || targetDatabase !== undefined || Object.hasOwn(renames, namespace);
  }

  private mapped(namespace: string): string {
    const { database, collection } = parseNamespace(namespace);
    const renamed = this.request.renames?.[namespace];
    return renamed ?? `${this.request.targetDatabase ?? database}.${collection}`;
  }

  private isKept(namespace: string): boolean {
    const { database, collection } = parseNamespace(namespace);
    const isOfSuite = database === this.rules.mainDatabase && KEPT_COLLECTIONS.includes(collection);
    return isOfSuite && this.mapped(namespace) === namespace && !this.request.namespaces?.includes(namespace);
  }

  private checkRequest(): void {
    const { targetDatabase, namespaces = [], renames = {} } = this.request;
    for (const target of Object.values(renames)) this.checkTarget(parseNamespace(target));
    if (targetDatabase !== undefined) this.checkTarget(parseNamespace(`${targetDatabase}.any`));
    for (const name of namespaces) {
      if (this.protectedDatabases.has(parseNamespace(name).database))
        throw refuseProtected(parseNamespace(name).database);
    }
    for (const old of Object.keys(renames)) {
      if (!this.known.has(old))
        throw new AppError('RESTORE_REFUSED', `The backup has no ${old} that could be renamed.`);
    }
    const databases = new Set(
      [...this.known].filter((one) => this.isChosen(one)).map((one) => parseNamespace(one).database),
    );
    for (const one of this.protectedDatabases) databases.delete(one);
    if (targetDatabase !== undefined && databases.size > 1) {
      throw new AppError('RESTORE_REFUSED', 'One target database can take one database: choose it with `namespaces`.');
    }
    if (targetDatabase !== undefined && databases.has(targetDatabase)) {
      const detail = `${targetDatabase} is where it came from: leave \`targetDatabase\` out to replace it, or name another one.`;
      throw new AppError('RESTORE_REFUSED', detail);
    }
  }

  private checkTarget({ database, collection }: Namespace): void {
    if (this.protectedDatabases.has(database)) throw refuseProtected(database);
    if (isInternalCollection(collection))
      throw new AppError('RESTORE_REFUSED', `${collection} is no name to restore to.`);
  }
}

function plannedNamespaces(source: RestoreSource, target: TargetState, mapping: NamespaceMapping): PlannedNamespace[] {
  const planned: PlannedNamespace[] = [];
  for (const { namespace, type, documents, bytes, indexes } of source.collections) {
    const to = mapping.targetOf(namespace);
    if (to === undefined) continue;
    const isDirect = type === 'timeseries' || parseNamespace(to).collection.startsWith('system.');
    const builds = indexes.filter(({ name, clustered }) => name !== '_id_' && !clustered).length;
    const replaces = target.collections.has(to);
    planned.push({ source: namespace, target: to, type, documents, bytes, indexes: builds, replaces, isDirect });
  }
  for (const { namespace } of source.views) {
    const to = mapping.targetOf(namespace);
    if (to === undefined) continue;
    const replaces = target.collections.has(to);
    planned.push({
      source: namespace,
      target: to,
      type: 'view',
      documents: 0,
      bytes: 0,
      indexes: 0,
      replaces,
      isDirect: true,
    });
  }
  return planned;
}

/**
 * A collection that an earlier restore made between the backup and the chosen time: its documents went past the oplog slices, so it
 * stays as it is. @throws AppError RESTORE_REFUSED where it is named
 */
function keepUnseen(source: RestoreSource, request: RestoreRequest, mapping: NamespaceMapping): string[] {
  const chosen = (source.unseen ?? []).filter((namespace) => mapping.isChosen(namespace));
  const isNamed = chosen.find((namespace) => request.namespaces?.includes(namespace));
  if (isNamed !== undefined) throw new AppError('RESTORE_REFUSED', `${isNamed} ${BY_A_RESTORE}.`);
  mapping.kept.push(...chosen.map((namespace) => ({ namespace, reason: 'made by a restore' })));
  return chosen.map((namespace) => `${namespace} ${BY_A_RESTORE}, and stays as it is.`);
}

/** Buckets without their time series: nobody can ask for one, and a restore has nothing to make of them. */
function strayBuckets({ collections }: RestoreSource, mapping: NamespaceMapping): string[] {
  const stray = collections.filter(
    ({ namespace }) => parseNamespace(namespace).collection.startsWith(BUCKETS_PREFIX) && mapping.isChosen(namespace),
  );
  return stray.map(
    ({ namespace }) =>
      `${namespace} holds measurements of no time series (MongoDB leaves them behind where another collection takes the name while ` +
      'one is made, and they can only be read under this name); they are not restored.',
  );
}

function findCollisions(
  namespaces: readonly PlannedNamespace[],
  target: TargetState,
  own: OwnWork | undefined,
): PlanConflict[] {
  const taken = new Map<string, string>();
  const conflicts: PlanConflict[] = [];
  for (const { source, target: to } of namespaces) {
    const other = taken.get(to.toLowerCase());
    if (other !== undefined && (other === to || other.split('.')[0] !== to.split('.')[0])) {
      conflicts.push({ namespace: to, reason: 'would be the name of two collections of the backup' });
    }
    taken.set(to.toLowerCase(), to);
    const there = target.collections.get(to);
    if (there && to !== source && !isOwnWork(own, to, there) && (there.hasDocuments || there.type !== 'collection')) {
      const what = there.type === 'collection' ? 'is not empty' : `is a ${TYPE_NAMES[there.type]}`;
      conflicts.push({ namespace: to, reason: `is there already and ${what}` });
    }
  }
  return conflicts;
}

const TYPE_NAMES = { timeseries: 'time-series collection', view: 'view' };

/** What has no staging name: from its drop to its end it is not there, or half-made. */
function directWarnings(namespaces: readonly PlannedNamespace[]): string[] {
  const replaced = namespaces.filter(({ isDirect, replaces }) => isDirect && replaces).map(({ target }) => target);
  if (replaced.length === 0) return [];
  const names = replaced.length > 10 ? [...replaced.slice(0, 10), `${replaced.length - 10} more`] : replaced;
  return [
    `MongoDB cannot rename views and time-series collections, so these are dropped and made anew: ${names.join(', ')}. ` +
      'With `safetyBackup` what they hold now is backed up first.',
  ];
}

function extraCollections(
  source: RestoreSource,
  request: RestoreRequest,
  target: TargetState,
  mapping: NamespaceMapping,
): { namespace: string; action: 'keep' | 'drop' }[] {
  if (request.targetDatabase !== undefined || request.renames !== undefined) return [];
  const held = new Set([...source.collections, ...source.views].map(({ namespace }) => namespace));
  for (const namespace of source.unseen ?? []) held.add(namespace);
  const extra: { namespace: string; action: 'keep' | 'drop' }[] = [];
  for (const namespace of target.collections.keys()) {
    const { database } = parseNamespace(namespace);
    const isOfWhole = source.wholeDatabases.includes(database) && mapping.targetOf(namespace) === namespace;
    if (isOfWhole && !held.has(namespace)) extra.push({ namespace, action: request.dropExtra ? 'drop' : 'keep' });
  }
  return extra;
}

/** A newer server reads what an older one wrote; the other way it cannot be. */
function compareVersions(source: RestoreSource, target: TargetState): RestorePlan['versions'] {
  const [backup, to] = [source.featureCompatibilityVersion, target.featureCompatibilityVersion];
  return { backup, target: to, compatible: majorMinor(backup) <= majorMinor(to) };
}

function versionWarnings({ backup, target, compatible }: RestorePlan['versions']): string[] {
  if (!compatible || majorMinor(backup) === majorMinor(target)) return [];
  return [`The backup is of MongoDB ${backup}, the target runs as ${target}.`];
}

/** A dump folder does not tell its version: it counts as older than any, and the server judges. */
function majorMinor(version: string): number {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major * 100 + minor || 0;
}

function refuseProtected(database: string): AppError {
  return new AppError('RESTORE_REFUSED', `The database ${database} is never restored by this call.`);
}
