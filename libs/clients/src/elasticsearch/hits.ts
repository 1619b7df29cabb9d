import { endOfValue, skipSpace, walkArray, walkObject } from './json-walk.ts';

/** One document as it stands in the bytes of an answer; places are offsets, undefined where the hit has no such member. */
export interface HitPlaces {
  id: Place;
  routing: Place | undefined;
  version: Place | undefined;
  /** Undefined where the index keeps no source. */
  source: Place | undefined;
}

export interface Place {
  readonly start: number;
  readonly end: number;
}

/** An answer of `_search`, taken apart without parsing a document. */
export interface HitPage {
  readonly text: Buffer;
  readonly hits: readonly HitPlaces[];
  readonly pitId: string | undefined;
  readonly timedOut: boolean;
  readonly failedShards: number;
  /** All that match; undefined where it was not tracked. */
  readonly total: number | undefined;
  /** The sort values of the last hit, as JSON text: what `search_after` takes. */
  readonly lastSort: string | undefined;
}

/** @throws SyntaxError where the bytes are no such answer */
export function readHitPage(text: Buffer): HitPage {
  const hits: HitPlaces[] = [];
  let [pitId, timedOut, failedShards]: [string | undefined, boolean, number] = [undefined, false, 0];
  let total: number | undefined;
  let lastSort: Place | undefined;
  const parse = (start: number, end: number): unknown => JSON.parse(text.toString('utf8', start, end)) as unknown;
  const readHits = (key: string, at: number): number => {
    if (key === 'hits') {
      return walkArray(text, at, (hitAt) => {
        const hit: HitPlaces = { id: { start: 0, end: 0 }, routing: undefined, version: undefined, source: undefined };
        const end = readHit(text, hitAt, hit, (sort) => (lastSort = sort));
        hits.push(hit);
        return end;
      });
    }
    const end = endOfValue(text, at);
    if (key === 'total') total = (parse(at, end) as { value?: number }).value;
    return end;
  };
  walkObject(text, skipSpace(text, 0), (key, at) => {
    if (key === 'hits') return walkObject(text, at, readHits);
    const end = endOfValue(text, at);
    if (key === 'pit_id') pitId = parse(at, end) as string;
    else if (key === 'timed_out') timedOut = parse(at, end) as boolean;
    else if (key === '_shards') failedShards = (parse(at, end) as { failed?: number }).failed ?? 0;
    return end;
  });
  const sortText = lastSort && text.toString('utf8', lastSort.start, lastSort.end);
  return { text, hits, pitId, timedOut, failedShards, total, lastSort: sortText };
}

function readHit(text: Buffer, at: number, hit: HitPlaces, sorted: (place: Place) => void): number {
  return walkObject(text, at, (key, start) => {
    const end = endOfValue(text, start);
    if (key === '_id') hit.id = { start, end };
    else if (key === '_routing') hit.routing = { start, end };
    else if (key === '_version') hit.version = { start, end };
    else if (key === '_source') hit.source = { start, end };
    else if (key === 'sort') sorted({ start, end });
    return end;
  });
}
