import type { BackupEngine } from '@lucid/jobs/contracts/backup-create';
import { assertNoneNewer } from './engine-restorers.ts';

const ALL: BackupEngine[] = ['mongodb', 'redis', 'elasticsearch'];
const AT = 1_767_967_390;
const engines = { mongodb: { tend: { t: AT, i: 3 } }, redis: {}, elasticsearch: {} };
const second = (t: number): string => new Date(t * 1_000).toISOString();

describe('a restore of Redis beside MongoDB at another time', () => {
  it.each([{}, { pointInTime: second(AT) }, { pointInTime: second(AT + 60) }, { before: { t: AT, i: 4 } }])(
    'goes where the backup is not later: %j',
    (request) => {
      expect(() => assertNoneNewer(engines, ALL, request)).not.toThrow();
    },
  );

  it.each([{ pointInTime: second(AT - 1) }, { before: { t: AT, i: 3 } }])('is refused where it is: %j', (request) => {
    expect(() => assertNoneNewer(engines, ALL, request)).toThrow(expect.objectContaining({ code: 'RESTORE_REFUSED' }));
    expect(() => assertNoneNewer(engines, ['mongodb', 'elasticsearch'], request)).not.toThrow();
    expect(() => assertNoneNewer(engines, ['redis'], request)).not.toThrow();
  });
});
