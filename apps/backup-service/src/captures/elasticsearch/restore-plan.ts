import { compareVersions } from '@lucid/clients/elasticsearch/server-facts';
import { AppError } from '@lucid/core/app-error';
import type { RestoredNamespace } from '@lucid/jobs/contracts/backup-restore';
import type { EngineRestorePlan } from '../restore-port.ts';
import type { ElasticsearchManifest, IndexManifest, RawJson } from './manifest.ts';
import type { RestoreJournal } from './restore-journal.ts';
import { checkTargetName, matchesPattern, stagingName } from './restore-names.ts';
import { stagingStateOf, type TargetState } from './restore-target.ts';

/** One index to restore. */
export interface RestoreUnit {
  readonly index: IndexManifest;
  readonly target: string;
  readonly staging: string;
  readonly isInPlace: boolean;
  readonly aliases: readonly { readonly name: string; readonly body: RawJson }[];
}

export interface ElasticsearchRestorePlan extends EngineRestorePlan {
  readonly units: readonly RestoreUnit[];
  /** Templates come back with a whole restore in place only. */
  readonly hasTemplates: boolean;
}

export interface ElasticsearchSelection {
  readonly indices?: readonly string[];
  readonly renames?: Readonly<Record<string, string>>;
}

export interface PlanRules {
  readonly prefix: string;
  readonly work: string;
  readonly serverVersion: string;
  /** Shards that the cluster still takes. */
  readonly shardRoom: number;
  readonly journal: RestoreJournal | undefined;
}

/**
 * Decides which index goes where; touches nothing.
 * @throws AppError BACKUP_SCOPE_EMPTY, RESTORE_REFUSED, RESTORE_CONFLICT
 */
export function planElasticsearchRestore(
  manifest: ElasticsearchManifest,
  selection: ElasticsearchSelection,
  target: TargetState,
  rules: PlanRules,
): ElasticsearchRestorePlan {
  checkVersion(manifest, rules);
  const { renames = {}, indices: patterns } = selection;
  const chosen = manifest.indices.filter((index) => isChosen(index, patterns));
  checkSelection(manifest, chosen, selection);
  const planned = chosen.map((index): RestoreUnit => {
    const to = renames[index.name] ?? index.name;
    const isInPlace = to === index.name;
    const staging = stagingName(rules.work, manifest.indices.indexOf(index));
    return { index, target: to, staging, isInPlace, aliases: [] };
  });
  checkTargets(planned, target, rules);
  const warnings = missingWarnings(manifest, patterns);
  const kept = planned.filter((unit) => isWorthIt(unit, target, patterns, warnings));
  const units = kept.map((unit) => ({
    ...unit,
    aliases: aliasesOf(unit, { manifest, kept, renames, target, warnings, prefix: rules.prefix }),
  }));
  checkAliases(units);
  checkRoom(units, rules, warnings);
  const namespaces = units.map((unit) => toNamespace(unit, target));
  return {
    ...{ units, namespaces, warnings },
    bytes: namespaces.reduce((sum, { bytes }) => sum + bytes, 0),
    hasTemplates: patterns === undefined && units.every(({ isInPlace }) => isInPlace),
    resources: ['elasticsearch:indices'],
  };
}

/** Chosen by its own name or by that of an alias. */
function isChosen({ name, aliases }: IndexManifest, patterns: readonly string[] | undefined): boolean {
  const names = [name, ...Object.keys(aliases)];
  return !patterns || patterns.some((pattern) => names.some((one) => matchesPattern(pattern, one)));
}

function checkVersion({ path, serverVersion }: ElasticsearchManifest, rules: PlanRules): void {
  if (path === 'logical' || compareVersions(serverVersion, rules.serverVersion) <= 0) return;
  throw new AppError(
    'RESTORE_REFUSED',
    `The backup holds files of Elasticsearch ${serverVersion}; ${rules.serverVersion} cannot read them: upgrade it first.`,
  );
}

function checkSelection(
  manifest: ElasticsearchManifest,
  chosen: readonly IndexManifest[],
  { indices: patterns, renames = {} }: ElasticsearchSelection,
): void {
  if (patterns && chosen.length === 0) {
    const missing = manifest.missing.filter(({ name }) => patterns.some((pattern) => matchesPattern(pattern, name)));
    const why = missing.map(({ name, reason }) => ` ${name} could not be backed up: ${reason}.`).join('');
    throw new AppError('BACKUP_SCOPE_EMPTY', `No index of this backup matches: check \`elasticsearch.indices\`.${why}`);
  }
  const known = new Set(chosen.flatMap(({ name, aliases }) => [name, ...Object.keys(aliases)]));
  for (const old of Object.keys(renames)) {
    if (!known.has(old)) throw new AppError('RESTORE_REFUSED', `The backup has no ${old} that could be renamed.`);
  }
}

function checkTargets(units: readonly RestoreUnit[], target: TargetState, { prefix, journal }: PlanRules): void {
  const taken = new Set<string>();
  for (const { target: to, isInPlace, staging } of units) {
    checkTargetName(to, prefix);
    if (taken.has(to)) throw new AppError('RESTORE_CONFLICT', `Two indices of the backup would become ${to}.`);
    taken.add(to);
    const there = target.indices.get(to);
    const isOwn =
      ['swapping', 'done'].includes(stagingStateOf(target, staging) ?? '') ||
      (there !== undefined && journal?.targets[to] === there.uuid);
    if (isInPlace || isOwn) continue;
    if (there?.hasDocuments)
      throw new AppError('RESTORE_CONFLICT', `${to} holds documents: choose another name, or delete it first.`);
    if (target.aliases.has(to)) throw new AppError('RESTORE_CONFLICT', `${to} is an alias: choose another name.`);
  }
}

function missingWarnings({ missing }: ElasticsearchManifest, patterns: readonly string[] | undefined): string[] {
  return missing
    .filter(({ name }) => !patterns || patterns.some((pattern) => matchesPattern(pattern, name)))
    .map(({ name, reason }) => `${name} is not in the backup: ${reason}`);
}

/** A part of an index replaces a live one only where somebody names it. */
function isWorthIt(
  { index, target: to }: RestoreUnit,
  target: TargetState,
  patterns: readonly string[] | undefined,
  warnings: string[],
): boolean {
  if (index.failedShards.length === 0) return true;
  const part = `${index.name}: shards ${index.failedShards.join(', ')} of ${index.shards} are not in the backup`;
  const isNamed = patterns?.includes(index.name) ?? false;
  const isLeft = target.indices.has(to) && !isNamed;
  warnings.push(isLeft ? `${part}, so what is there stays; name the index to replace it all the same` : part);
  return !isLeft;
}

/** The indices that had the alias when the backup was taken. */
export function backupHolders(alias: string, { indices }: ElasticsearchManifest): Set<string> {
  return new Set(indices.filter(({ aliases }) => alias in aliases).map(({ name }) => name));
}

interface AliasRules {
  readonly manifest: ElasticsearchManifest;
  readonly kept: readonly RestoreUnit[];
  readonly renames: Readonly<Record<string, string>>;
  readonly target: TargetState;
  readonly warnings: string[];
  readonly prefix: string;
}

/**
 * In place an alias points at the end to what it pointed to. A renamed index gets an alias under the alias's new name, or under its own
 * where no other index has it: beside a live index it would double what is found.
 */
function aliasesOf(
  unit: RestoreUnit,
  { manifest, kept, renames, target, warnings, prefix }: AliasRules,
): RestoreUnit['aliases'] {
  const targets = new Set(kept.flatMap(({ target: to, staging }) => [to, staging]));
  return Object.entries(unit.index.aliases).flatMap(([old, body]) => {
    const name = renames[old] ?? old;
    const others = [...(target.aliases.get(name)?.keys() ?? [])].filter((index) => !targets.has(index));
    const isReplacing = unit.isInPlace && name === old;
    if (target.indices.has(name)) {
      if (!isReplacing || !name.startsWith(`${prefix}_`)) {
        throw new AppError(
          'RESTORE_CONFLICT',
          `The alias ${name} of the backup is an index here: delete that or rename the alias.`,
        );
      }
      warnings.push(`${name} is an index here and an alias in the backup: the index is deleted`);
    }
    const strangers = others.filter((index) => !backupHolders(name, manifest).has(index));
    if (isReplacing && strangers.length > 0) {
      warnings.push(
        `the alias ${name} moves away from ${strangers.join(', ')}, which is not in the backup and stays without it`,
      );
    }
    if (others.length > 0 && !isReplacing) {
      warnings.push(`${unit.target} does not get the alias ${name}, which ${others.join(', ')} has`);
      return [];
    }
    return { name, body };
  });
}

/** An index and an alias cannot share a name. */
function checkAliases(units: readonly RestoreUnit[]): void {
  const targets = new Set(units.map(({ target: to }) => to));
  const twice = units.flatMap(({ aliases }) => aliases).find(({ name }) => targets.has(name));
  if (twice)
    throw new AppError('RESTORE_CONFLICT', `${twice.name} would be an index and an alias: rename one of them.`);
}

function checkRoom(units: readonly RestoreUnit[], { shardRoom }: PlanRules, warnings: string[]): void {
  const shards = units.reduce((sum, { index }) => sum + index.shards, 0);
  if (shards <= shardRoom) return;
  warnings.push(
    `${shards} shards are staged, but the cluster takes ${Math.max(0, shardRoom)} more: raise cluster.max_shards_per_node`,
  );
}

function toNamespace({ index, target: to }: RestoreUnit, target: TargetState): RestoredNamespace {
  const { name: source, documents, bytes } = index;
  return { source, target: to, documents, bytes, indexes: 0, replaces: target.indices.has(to) };
}
