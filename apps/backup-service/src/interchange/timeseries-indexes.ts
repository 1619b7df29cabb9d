import type { Document } from 'bson';

/** Of a time-series collection; `meta` is undefined where it has no metaField. */
export interface TimeSeriesFields {
  readonly time: string;
  readonly meta: string | undefined;
}

export function timeSeriesFields(options: Document): TimeSeriesFields {
  const { timeField, metaField } = (options['timeseries'] ?? {}) as Document;
  return { time: String(timeField), meta: metaField === undefined ? undefined : String(metaField) };
}

/**
 * The index of a time-series collection as its user made it, from the index on its buckets
 * (https://www.mongodb.com/docs/manual/core/timeseries/timeseries-secondary-index/): the server keeps the original beside those that
 * cannot be told from their buckets' form.
 */
export function fromBucketsIndex(index: Document, fields: TimeSeriesFields): Document {
  const { originalSpec, key, ...rest } = index;
  if (originalSpec !== undefined) return originalSpec as Document;
  const entries: [string, unknown][] = [];
  for (const [path, direction] of Object.entries(key as Document)) {
    const renamed = fromBucketsPath(path, fields);
    if (entries.at(-1)?.[0] !== renamed) entries.push([renamed, direction]);
  }
  return { v: rest['v'], key: Object.fromEntries(entries), ...rest };
}

/** The index on the buckets for one of a time-series collection; undefined where this version cannot tell it. */
export function toBucketsIndex(index: Document, fields: TimeSeriesFields): Document | undefined {
  const { v, key, name, ...rest } = index;
  const entries: [string, unknown][] = [];
  let isOfMeasurement = false;
  for (const [path, direction] of Object.entries(key as Document)) {
    const meta = metaPath(path, fields);
    if (meta !== undefined) entries.push([meta, direction]);
    else {
      isOfMeasurement ||= path !== fields.time;
      const ofBuckets = bucketsPaths(path, direction);
      if (!ofBuckets) return undefined;
      entries.push(...ofBuckets);
    }
  }
  const partial = rest['partialFilterExpression'] as Document | undefined;
  const filter = partial && onMeta(partial, fields);
  if (partial && !filter) return undefined;
  const options = { ...rest, ...(filter && { partialFilterExpression: filter }) };
  const original = isOfMeasurement || partial ? { originalSpec: { ...rest, name, key, v } } : {};
  return { v, key: Object.fromEntries(entries), name, ...options, ...original };
}

function fromBucketsPath(path: string, { meta }: TimeSeriesFields): string {
  const measured = /^control\.(?:min|max)\.(.+)$/s.exec(path)?.[1];
  if (measured !== undefined) return measured;
  return meta !== undefined && (path === 'meta' || path.startsWith('meta.')) ? `${meta}${path.slice(4)}` : path;
}

function metaPath(path: string, { meta }: TimeSeriesFields): string | undefined {
  if (meta === undefined || (path !== meta && !path.startsWith(`${meta}.`))) return undefined;
  return `meta${path.slice(meta.length)}`;
}

function bucketsPaths(path: string, direction: unknown): [string, unknown][] | undefined {
  if (direction === '2dsphere') return [[`data.${path}`, '2dsphere_bucket']];
  const sign = Number(direction);
  if (Number.isNaN(sign) || sign === 0) return undefined;
  const [first, second] = sign > 0 ? ['min', 'max'] : ['max', 'min'];
  return [
    [`control.${first}.${path}`, direction],
    [`control.${second}.${path}`, direction],
  ];
}

/** A filter on the metadata alone; one on measurements has another form in the buckets. */
function onMeta(filter: Document, fields: TimeSeriesFields): Document | undefined {
  const entries = Object.entries(filter).map(([path, condition]) => [metaPath(path, fields), condition] as const);
  return entries.some(([path]) => path === undefined) ? undefined : Object.fromEntries(entries);
}
