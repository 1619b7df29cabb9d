import { Field } from '../field.ts';
import { Model } from '../model.ts';
import { RetentionPolicy } from '../retention-policy.ts';

/** Keeps a backup whatever the rules say, and whoever asks for its removal. The repository has it too: `holds/`. */
export class BackupHold {
  @Field.string({ minLength: 1, maxLength: 500 })
  reason!: string;

  @Field.date({ optional: true, nullable: true, description: 'When it ends by itself; never without it' })
  until?: Date | null;

  @Field.date()
  held_at!: Date;

  @Field.string({ minLength: 1 })
  held_by!: string;
}

/** What was found out about the copy of a backup in one repository. */
export class BackupCopyState {
  @Field.string()
  repository!: string;

  @Field.date({ optional: true, nullable: true })
  last_verified_at?: Date | null;

  @Field.string({ optional: true, nullable: true })
  last_verified_level?: string | null;

  @Field.date({ optional: true, nullable: true })
  last_drilled_at?: Date | null;

  @Field.bool({ optional: true, nullable: true })
  last_drill_ok?: boolean | null;

  @Field.double({ optional: true, nullable: true })
  last_drill_seconds?: number | null;
}

/** A backup as operators see it: the catalogue, which a scan of the repository can rebuild. */
@Model({ collection: 'backups', database: 'main', critical: true, indexes: [{ keys: { created_at: -1 } }] })
export class Backup {
  @Field.string({ pattern: '^bkp_' })
  _id!: string;

  @Field.date()
  created_at!: Date;

  @Field.date({ optional: true, nullable: true })
  finished_at?: Date | null;

  @Field.string({ optional: true, nullable: true })
  job_id?: string | null;

  @Field.string({ optional: true, nullable: true })
  label?: string | null;

  @Field.string({ optional: true })
  repository?: string;

  @Field.array('string', { optional: true, description: 'Every repository that holds it, its own first' })
  repositories?: string[];

  @Field.array('string', { optional: true })
  engines?: string[];

  @Field.double({ optional: true, description: 'Seconds between the earliest and the latest state of its engines' })
  skew_seconds?: number;

  @Field.array('string', { optional: true, description: 'Namespaces it holds' })
  namespaces?: string[];

  @Field.int({ optional: true, description: 'Bytes before compression' })
  plain_bytes?: number;

  @Field.int({ optional: true, description: 'Bytes it added to the repository' })
  stored_bytes?: number;

  @Field.int({ optional: true })
  new_chunks?: number;

  @Field.int({ optional: true })
  reused_chunks?: number;

  @Field.int({ optional: true })
  documents?: number;

  @Field.date({ optional: true, nullable: true, description: 'The instant of the data it brings back' })
  consistent_at?: Date | null;

  @Field.date({ optional: true, nullable: true })
  last_verified_at?: Date | null;

  @Field.string({ optional: true, nullable: true })
  last_verified_level?: string | null;

  @Field.date({ optional: true, nullable: true })
  last_drilled_at?: Date | null;

  @Field.bool({ optional: true, nullable: true, description: 'Was what the last drill restored the backup?' })
  last_drill_ok?: boolean | null;

  @Field.double({ optional: true, nullable: true, description: 'How long the restore of the last drill took' })
  last_drill_seconds?: number | null;

  @Field.array(() => BackupCopyState, { optional: true, description: 'The same of each copy; the newest counts above' })
  copies?: BackupCopyState[];

  @Field.string({ optional: true, nullable: true, description: 'The dump it was imported from' })
  imported_from?: string | null;

  @Field.bool({ optional: true, description: 'Was less than all of MongoDB asked for?' })
  is_partial?: boolean;

  @Field.bool({ optional: true, description: 'Is a part of what was asked for not in it?' })
  is_degraded?: boolean;

  @Field.bool({ optional: true, description: 'Is what it holds of MongoDB a sharded cluster?' })
  is_sharded?: boolean;

  @Field.string({ optional: true, nullable: true, description: 'The schedule that asked for it' })
  schedule_id?: string | null;

  @Field.nested(() => RetentionPolicy, {
    optional: true,
    nullable: true,
    description: 'Of its schedule when it was made; without one the rules of the repository count',
  })
  retention?: RetentionPolicy | null;

  @Field.nested(() => BackupHold, { optional: true, nullable: true })
  hold?: BackupHold | null;
}
