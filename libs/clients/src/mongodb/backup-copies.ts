import type { Backup, BackupCopyState } from '@lucid/models/main/backups';
import type { Document } from 'mongodb';

const KNOWN = [
  'last_verified_at',
  'last_verified_level',
  'last_drilled_at',
  'last_drill_ok',
  'last_drill_seconds',
] as const satisfies readonly (keyof Backup & keyof BackupCopyState)[];

/**
 * The update of a catalogue's entry that notes what was found out about the copy in one repository; what `changes` leaves out stays. It is
 * computed by the server from the entry as it is at that instant, so that none of two that come at once is lost.
 */
export function withCopy(repository: string, changes: Omit<BackupCopyState, 'repository'>): Document[] {
  const isThis = { $eq: ['$$copy.repository', { $literal: repository }] };
  const before = { $first: { $filter: { input: '$copies', as: 'copy', cond: isThis } } };
  const literal = { $literal: { repository, ...changes } };
  const changed = { $mergeObjects: [before, literal] };
  return [
    { $set: { copies: knownCopies() } },
    { $set: { copies: { $concatArrays: [others(repository), [changed]] } } },
    ...newestOfAll(),
  ];
}

/** The update that forgets the copy in one repository, computed in the same way. */
export function withoutCopy(repository: string): Document[] {
  return [{ $set: { copies: others(repository) } }, ...newestOfAll()];
}

function others(repository: string): Document {
  return { $filter: { input: '$copies', as: 'copy', cond: { $ne: ['$$copy.repository', { $literal: repository }] } } };
}

/** As `copiesOf` has it for the entries of earlier versions. */
function knownCopies(): Document {
  const isKnown = { $or: [isDate('$last_verified_at'), isDate('$last_drilled_at')] };
  // A field that is not there is left out of the object.
  const fields = Object.fromEntries(KNOWN.map((name) => [name, `$${name}`]));
  const first = { repository: { $ifNull: ['$repository', 'default'] }, ...fields };
  return { $cond: [{ $isArray: '$copies' }, '$copies', { $cond: [isKnown, [first], []] }] };
}

/** The entry's own fields are those of the copy that was verified, and of the one that was drilled, last; the first of two at one time. */
function newestOfAll(): Document[] {
  const verified = newestBy('last_verified_at');
  const drilled = newestBy('last_drilled_at');
  const of = (from: string, name: string): Document => ({ $ifNull: [`$${from}.${name}`, null] });
  return [
    { $set: { [VERIFIED]: verified, [DRILLED]: drilled } },
    {
      $set: {
        last_verified_at: of(VERIFIED, 'last_verified_at'),
        last_verified_level: of(VERIFIED, 'last_verified_level'),
        last_drilled_at: of(DRILLED, 'last_drilled_at'),
        // A good drill of one copy does not make another one good.
        last_drill_ok: { $cond: [{ $in: [false, '$copies.last_drill_ok'] }, false, of(DRILLED, 'last_drill_ok')] },
        last_drill_seconds: of(DRILLED, 'last_drill_seconds'),
      },
    },
    { $unset: [VERIFIED, DRILLED] },
  ];
}

const VERIFIED = 'newest_verified';
const DRILLED = 'newest_drilled';

function newestBy(field: 'last_verified_at' | 'last_drilled_at'): Document {
  const isLater = { $gt: [`$$this.${field}`, `$$value.${field}`] };
  const known = { $filter: { input: '$copies', as: 'copy', cond: isDate(`$$copy.${field}`) } };
  return { $reduce: { input: known, initialValue: {}, in: { $cond: [isLater, '$$this', '$$value'] } } };
}

function isDate(path: string): Document {
  return { $eq: [{ $type: path }, 'date'] };
}
