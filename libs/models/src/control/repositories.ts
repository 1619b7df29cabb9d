import { Field } from '../field.ts';
import { Model } from '../model.ts';
import { RetentionPolicy } from '../retention-policy.ts';

/** The bucket of a repository of the kind `s3`. */
export class RepositoryBucket {
  @Field.string({ optional: true, nullable: true })
  endpoint?: string | null;

  @Field.string({ minLength: 1 })
  bucket!: string;

  @Field.string({ minLength: 1 })
  region!: string;

  @Field.string({ optional: true, nullable: true })
  prefix?: string | null;

  @Field.string({ optional: true, nullable: true, description: 'Certificates (PEM) its endpoint is checked against' })
  ca?: string | null;
}

/** Access key and secret key, sealed with a key made of the master key of this id. */
export class SealedSecret {
  @Field.string({ minLength: 1 })
  keyId!: string;

  @Field.string({ minLength: 1 })
  text!: string;
}

/** What the last check of a whole repository found. */
export class RepositoryCheck {
  @Field.date()
  at!: Date;

  @Field.string()
  level!: string;

  @Field.int({ minimum: 0 })
  damagedBackups!: number;

  @Field.string({ optional: true })
  jobId?: string;
}

/** A backup repository (`_id` is its name): one that was added by REST, or what is known of one of the settings. */
@Model({ collection: 'repositories', database: 'control' })
export class RepositoryRecord {
  @Field.string({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$' })
  _id!: string;

  @Field.enum(['settings', 'added'])
  origin!: 'settings' | 'added';

  @Field.enum(['file', 's3'], { optional: true })
  kind?: 'file' | 's3';

  @Field.string({ optional: true, nullable: true })
  path?: string | null;

  @Field.nested(() => RepositoryBucket, { optional: true, nullable: true })
  s3?: RepositoryBucket | null;

  @Field.nested(() => SealedSecret, { optional: true, nullable: true })
  credentials?: SealedSecret | null;

  @Field.string({ optional: true, nullable: true, description: 'Where its data lie' })
  region?: string | null;

  @Field.bool({ optional: true, description: 'May data leave the region of the cluster for it?' })
  leavesRegion?: boolean;

  @Field.bool({ optional: true, description: 'Does it share the keys of the repository default?' })
  isReplica?: boolean;

  @Field.bool({ optional: true })
  encryption?: boolean;

  @Field.bool({ optional: true })
  compression?: boolean;

  @Field.int({ optional: true, nullable: true, minimum: 1, description: 'Bytes a second' })
  bandwidthLimit?: number | null;

  @Field.nested(() => RetentionPolicy, { optional: true, nullable: true })
  retention?: RetentionPolicy | null;

  @Field.date({ optional: true })
  createdAt?: Date;

  @Field.string({ optional: true, description: 'Id of the repository that was found at `place`' })
  repositoryId?: string;

  @Field.string({ optional: true, description: 'Folder, or bucket and prefix' })
  place?: string;

  @Field.nested(() => RepositoryCheck, { optional: true, nullable: true })
  lastCheck?: RepositoryCheck | null;
}
