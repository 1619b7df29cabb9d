import { ShardKey, compareShardKeys } from '@lucid/clients/mongodb/sharding/shard-key';
import { AppError } from '@lucid/core/app-error';
import { isSelectedCollection, isSelectedDatabase, type MongodbCapturePlan } from '../capture-plan.ts';
import type { ShardedCollectionManifest, ShardingManifest } from '../manifest.ts';
import { type BsonField, BSON_DOCUMENT, fieldsOf, textOf } from '../oplog-bson.ts';
import { keepDocument } from '../ordered-documents.ts';

/** Documents of `config` as bytes, by collection: https://www.mongodb.com/docs/manual/reference/config-database/ */
export type ConfigDocuments = Readonly<Record<string, readonly Buffer[]>>;

interface Chunk {
  readonly uuid: string;
  readonly shard: string;
  readonly min: Buffer;
  readonly max: Buffer;
}

/**
 * How the collections of the plan lie on the shards, from `databases`, `collections`, `chunks` and `tags` of `config`.
 * @throws AppError CAPTURE_RESTARTED where the chunks of a collection leave a gap: they were read while they changed
 */
export function shardingOf(config: ConfigDocuments, plan: MongodbCapturePlan): ShardingManifest {
  const primaryShards: ShardingManifest['primaryShards'] = {};
  for (const fields of fieldsIn(config['databases'])) {
    const [name, primary] = [textOf(fields.get('_id')), textOf(fields.get('primary'))];
    if (name !== undefined && primary !== undefined && isSelectedDatabase(plan, name)) primaryShards[name] = primary;
  }
  const chunks = chunksByUuid(config['chunks']);
  const collections: ShardedCollectionManifest[] = [];
  for (const fields of fieldsIn(config['collections'])) {
    const [namespace = '', uuid] = [textOf(fields.get('_id')), uuidOf(fields.get('uuid'))];
    const [database, collection] = partsOf(namespace);
    const isSelected = isSelectedDatabase(plan, database) && isSelectedCollection(plan, collection);
    const key = documentOf(fields.get('key'));
    if (!isSelected || uuid === undefined || !key) continue;
    collections.push({
      ...{ database, collection, uuid },
      ...kept('key', key),
      unique: isTrue(fields.get('unique')),
      ...(isTrue(fields.get('unsplittable')) && { isUnsplittable: true }),
      chunks: chunksInOrder(namespace, key, chunks.get(uuid) ?? []),
      zones: zonesOf(namespace, config['tags']),
    });
  }
  collections.sort((a, b) => (`${a.database}.${a.collection}` < `${b.database}.${b.collection}` ? -1 : 1));
  return { primaryShards, collections };
}

function chunksByUuid(documents: readonly Buffer[] = []): Map<string, Chunk[]> {
  const found = new Map<string, Chunk[]>();
  for (const fields of fieldsIn(documents)) {
    const [uuid, shard] = [uuidOf(fields.get('uuid')), textOf(fields.get('shard'))];
    const [min, max] = [documentOf(fields.get('min')), documentOf(fields.get('max'))];
    if (uuid === undefined || shard === undefined || !min || !max) continue;
    const chunks = found.get(uuid) ?? [];
    chunks.push({ uuid, shard, min, max });
    found.set(uuid, chunks);
  }
  return found;
}

function chunksInOrder(
  namespace: string,
  pattern: Buffer,
  chunks: readonly Chunk[],
): ShardedCollectionManifest['chunks'] {
  const key = new ShardKey(pattern);
  const sorted = [...chunks].sort((a, b) => compareShardKeys(key.boundOf(a.min), key.boundOf(b.min)));
  const isWhole = sorted.every(({ max }, at) => {
    const next = sorted[at + 1];
    return !next || compareShardKeys(key.boundOf(max), key.boundOf(next.min)) === 0;
  });
  if (sorted.length === 0 || !isWhole)
    throw new AppError('CAPTURE_RESTARTED', `The chunks of ${namespace} changed while they were listed.`);
  return sorted.map(({ shard, min }) => ({ shard, ...kept('min', min) }));
}

function zonesOf(namespace: string, tags: readonly Buffer[] = []): ShardedCollectionManifest['zones'] {
  return [...fieldsIn(tags)].flatMap((fields) => {
    const [min, max] = [documentOf(fields.get('min')), documentOf(fields.get('max'))];
    if (textOf(fields.get('ns')) !== namespace || !min || !max) return [];
    return [{ zone: textOf(fields.get('tag')) ?? '', ...kept('min', min), ...kept('max', max) }];
  });
}

type Kept<Name extends string> = Record<Name, ReturnType<typeof keepDocument>['ejson']> &
  Partial<Record<`${Name}Bson`, string>>;

function kept<Name extends string>(name: Name, document: Buffer): Kept<Name> {
  const { ejson, bson } = keepDocument(document);
  return { [name]: ejson, ...(bson !== undefined && { [`${name}Bson`]: bson }) } as Kept<Name>;
}

function* fieldsIn(documents: readonly Buffer[] = []): Generator<ReadonlyMap<string, BsonField>> {
  for (const document of documents) yield new Map(fieldsOf(document).map((field) => [field.name, field]));
}

function partsOf(namespace: string): [string, string] {
  const dot = namespace.indexOf('.');
  return [namespace.slice(0, dot), namespace.slice(dot + 1)];
}

function documentOf(field: BsonField | undefined): Buffer | undefined {
  return field?.type === BSON_DOCUMENT ? field.value : undefined;
}

function uuidOf(field: BsonField | undefined): string | undefined {
  return field?.type === 0x05 ? field.value.subarray(5).toString('hex') : undefined;
}

function isTrue(field: BsonField | undefined): boolean {
  return field?.type === 0x08 && field.value.at(0) === 1;
}
