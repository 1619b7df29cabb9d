import { NumberedRecords } from './numbered-records.ts';
import type { RepositoryContext } from './repository-context.ts';

/** When a repository's own copy of a snapshot was last verified and drilled. Times are RFC 3339; null: never. */
export type SnapshotAssurance = {
  verifiedAt: string | null;
  verifiedLevel: string | null;
  drilledAt: string | null;
  /** Was what the drill restored the backup? */
  drillOk: boolean | null;
  drillSeconds: number | null;
};

export const NO_ASSURANCE: SnapshotAssurance = {
  verifiedAt: null,
  verifiedLevel: null,
  drilledAt: null,
  drillOk: null,
  drillSeconds: null,
};

/**
 * What was found out about snapshots, kept beside them (`verified/<snapshot>/<number>`), so that a catalogue which is rebuilt knows it. A record
 * that cannot be read says nothing: the snapshot was never verified then.
 */
export class SnapshotAssurances {
  readonly #records: NumberedRecords;

  constructor(context: RepositoryContext) {
    this.#records = new NumberedRecords(context, 'verified/');
  }

  /** Changes what is named. @throws AppError REPOSITORY_OWNED, CONFLICT (others change it at this moment) */
  async change(id: string, changes: Partial<SnapshotAssurance>): Promise<void> {
    await this.#records.write(id, { id, ...(await this.find(id)), ...changes });
  }

  async find(id: string): Promise<SnapshotAssurance> {
    const found = await this.#records.find(id);
    if (!found || found === 'damaged') return NO_ASSURANCE;
    const { id: of, ...assurance } = found.value as { id: string } & SnapshotAssurance;
    return of === id ? { ...NO_ASSURANCE, ...assurance } : NO_ASSURANCE;
  }

  /** Ids of the snapshots of which something is known, sorted; those of removed ones too, until their record is gone. */
  ids(): Promise<string[]> {
    return this.#records.ids();
  }

  /** None there is fine. */
  remove(id: string): Promise<void> {
    return this.#records.removeAll(id);
  }
}
