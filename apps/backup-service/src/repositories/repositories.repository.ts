import { randomUUID } from 'node:crypto';
import type { MasterKey } from '@lucid/archive/master-key';
import { AppError } from '@lucid/core/app-error';
import type { RepositoryCheck, RepositoryRecord } from '@lucid/models/control/repositories';
import type { Collection, Db } from 'mongodb';
import { locationOf, type RepositoryDefinition } from './repository-definition.ts';
import { openSecret, sealSecret } from './sealed-secret.ts';

interface AccessKeys {
  accessKey: string;
  secretKey: string;
}

/** The id of this cluster, made once and kept with the control records: it says whose repository a repository is. */
export async function ensureClusterId(controlDatabase: Db): Promise<string> {
  const clusters = controlDatabase.collection<{ _id: string; clusterId: string }>('cluster');
  const found = await clusters.findOneAndUpdate(
    { _id: 'cluster' },
    { $setOnInsert: { clusterId: randomUUID() } },
    { upsert: true, returnDocument: 'after', writeConcern: { w: 'majority' } },
  );
  if (!found) throw new AppError('MONGODB_UNAVAILABLE', 'the id of the cluster could not be stored');
  return found.clusterId;
}

/** The collection `repositories` of the control database: what was added by REST, and what is known of all. */
export class RepositoryRecords {
  private readonly records: Collection<RepositoryRecord>;
  /** The present one first; none where backups are not encrypted. */
  private readonly masters: readonly MasterKey[];

  constructor(controlDatabase: Db, masters: readonly MasterKey[]) {
    this.records = controlDatabase.collection('repositories', {
      writeConcern: { w: 'majority' },
      readConcern: { level: 'majority' },
    });
    this.masters = masters;
  }

  /** Every record, sorted by name. */
  list(): Promise<RepositoryRecord[]> {
    return this.records.find().sort({ _id: 1 }).toArray();
  }

  /** @throws AppError CONFLICT where the name is taken, REPOSITORY_UNUSABLE where there is no key to seal its access keys with */
  async add(definition: RepositoryDefinition, createdAt: Date): Promise<void> {
    const record = this.toRecord(definition, createdAt);
    // A name whose repository was of the settings once keeps what is known of it until then.
    const { matchedCount, upsertedCount } = await this.records
      .replaceOne({ _id: definition.name, origin: 'settings' }, record, { upsert: true })
      .catch((error: unknown) => {
        if ((error as { code?: unknown }).code === 11_000) return { matchedCount: 0, upsertedCount: 0 };
        throw error;
      });
    if (matchedCount + upsertedCount === 0) {
      throw new AppError('CONFLICT', `there is a repository ${definition.name} already`);
    }
  }

  /** @returns was there one */
  async remove(name: string): Promise<boolean> {
    const { deletedCount } = await this.records.deleteOne({ _id: name, origin: 'added' });
    return deletedCount > 0;
  }

  /** The id of the repository that was found at its place before; undefined where none was. */
  async knownId(definition: RepositoryDefinition): Promise<string | undefined> {
    const place = locationOf(definition);
    const found = await this.records.findOne({ _id: definition.name, place }, { projection: { repositoryId: 1 } });
    return found?.repositoryId;
  }

  /** Keeps which repository is at its place. One that was forgotten meanwhile does not come back. */
  async setKnownId(definition: RepositoryDefinition, repositoryId: string): Promise<void> {
    const { name: _id, origin } = definition;
    const isNamed = origin === 'settings';
    await this.records.updateOne(
      { _id },
      { $set: { repositoryId, place: locationOf(definition) }, ...(isNamed && { $setOnInsert: { origin } }) },
      { upsert: isNamed },
    );
  }

  /** Keeps what a check found; for a repository of the settings too. */
  async setLastCheck(name: string, lastCheck: RepositoryCheck): Promise<void> {
    await this.records.updateOne(
      { _id: name },
      { $set: { lastCheck }, $setOnInsert: { origin: 'settings' } },
      { upsert: true },
    );
  }

  /** What a record of REST describes, without its access keys. */
  describe(record: RepositoryRecord): RepositoryDefinition {
    const rest = {
      name: record._id,
      origin: 'added' as const,
      region: record.region ?? undefined,
      leavesRegion: record.leavesRegion ?? false,
      isReplica: record.isReplica ?? false,
      encryption: record.encryption ?? true,
      compression: record.compression ?? true,
      bandwidthLimit: record.bandwidthLimit ?? undefined,
      retention: record.retention ?? undefined,
    };
    if (!record.s3) return { ...rest, kind: 'file', path: record.path ?? '' };
    const { endpoint, bucket, region, prefix, ca } = record.s3;
    const optional = { ...(endpoint && { endpoint }), ...(prefix && { prefix }), ...(ca && { ca }) };
    return { ...rest, kind: 's3', s3: { bucket, region, ...optional, accessKey: '', secretKey: '' } };
  }

  /** The same with its access keys. @throws AppError REPOSITORY_KEY_WRONG, REPOSITORY_CORRUPT */
  toDefinition(record: RepositoryRecord): RepositoryDefinition {
    const definition = this.describe(record);
    if (definition.kind === 'file') return definition;
    return { ...definition, s3: { ...definition.s3, ...this.accessKeys(record) } };
  }

  /** Seals its access keys with the present master key, where an earlier one did; what cannot be opened stays as it is. */
  async reseal(record: RepositoryRecord): Promise<void> {
    const [master, ...earlier] = this.masters;
    const { credentials } = record;
    if (!master || !credentials || credentials.keyId === master.id) return;
    if (!earlier.some(({ id }) => id === credentials.keyId)) return;
    const sealed = sealSecret(JSON.stringify(this.accessKeys(record)), contextOf(record._id), master);
    await this.records.updateOne(
      { _id: record._id, 'credentials.keyId': credentials.keyId },
      { $set: { credentials: sealed } },
    );
  }

  private accessKeys({ _id: name, credentials }: RepositoryRecord): AccessKeys {
    if (!credentials)
      throw new AppError('REPOSITORY_CORRUPT', 'The access keys of the repository are gone; add it again.');
    return JSON.parse(openSecret(credentials, contextOf(name), this.masters)) as AccessKeys;
  }

  private toRecord(definition: RepositoryDefinition, createdAt: Date): RepositoryRecord {
    const { name, kind, region, leavesRegion, isReplica, encryption, compression, bandwidthLimit, retention } =
      definition;
    const record: RepositoryRecord = {
      _id: name,
      origin: 'added',
      kind,
      region: region ?? null,
      ...{ leavesRegion, isReplica, encryption, compression, createdAt },
      bandwidthLimit: bandwidthLimit ?? null,
      retention: retention ?? null,
    };
    if (definition.kind === 'file') return { ...record, path: definition.path };
    const { endpoint, bucket, region: bucketRegion, prefix, ca, accessKey, secretKey } = definition.s3;
    const [master] = this.masters;
    if (!master) {
      throw new AppError(
        'REPOSITORY_UNUSABLE',
        'access keys are kept sealed, which needs BACKUP_MASTER_KEY; name the bucket in the settings instead (BACKUP_S3_…)',
      );
    }
    return {
      ...record,
      s3: { endpoint: endpoint ?? null, bucket, region: bucketRegion, prefix: prefix ?? null, ca: ca ?? null },
      credentials: sealSecret(JSON.stringify({ accessKey, secretKey } satisfies AccessKeys), contextOf(name), master),
    };
  }
}

/** Sealed keys open under their own name only. */
function contextOf(name: string): string {
  return `lucid repository ${name}`;
}
