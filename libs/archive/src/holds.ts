import { NumberedRecords } from './numbered-records.ts';
import type { RepositoryContext } from './repository-context.ts';

/** Why a snapshot must not be removed. Times are RFC 3339; without an end it lasts until it is lifted. */
export interface SnapshotHold {
  readonly reason: string;
  readonly until: string | null;
  readonly heldAt: string;
  readonly heldBy: string;
}

/** `hold: null` lifts those with lower numbers. */
interface HoldRecord {
  id: string;
  hold: SnapshotHold | null;
}

/**
 * Holds on snapshots, kept beside them (`holds/<snapshot>/<number>`) so that a catalogue which is rebuilt knows them. A record that cannot be read
 * counts as a hold. Nothing here stops `removeSnapshot`: who removes asks first.
 */
export class SnapshotHolds {
  readonly #records: NumberedRecords;

  constructor(context: RepositoryContext) {
    this.#records = new NumberedRecords(context, 'holds/');
  }

  /** Puts the hold, in place of one that is there. @throws AppError REPOSITORY_OWNED, CONFLICT (others change it at this moment) */
  async put(id: string, hold: SnapshotHold): Promise<void> {
    await this.#records.write(id, { id, hold: { ...hold } });
  }

  /** None there is fine. May be called again. @throws AppError REPOSITORY_OWNED, CONFLICT */
  async lift(id: string): Promise<void> {
    await this.#records.end(id, { id, hold: null });
  }

  /** The hold of a snapshot, also one whose end has passed. */
  async find(id: string): Promise<SnapshotHold | undefined> {
    const found = await this.#records.find(id);
    if (!found) return undefined;
    const record = found === 'damaged' ? undefined : (found.value as HoldRecord);
    if (record?.id === id) return record.hold ?? undefined;
    return { reason: 'its hold is damaged and cannot be read', until: null, heldAt: '', heldBy: '' };
  }

  /** Every snapshot that has a hold. */
  async list(): Promise<Map<string, SnapshotHold>> {
    const holds = new Map<string, SnapshotHold>();
    for (const id of await this.#records.ids()) {
      const hold = await this.find(id);
      if (hold) holds.set(id, hold);
    }
    return holds;
  }
}
