import type { HitPage, Place } from '@lucid/clients/elasticsearch/hits';
import type { DocumentDigest } from './document-digest.ts';

const NEWLINE = 0x0a;
const SPACE = 0x20;
const ID = Buffer.from('{"index":{"_id":');
const ROUTING = Buffer.from(',"routing":');
const VERSION = Buffer.from(',"version":');
const VERSION_TYPE = Buffer.from(',"version_type":"external_gte"');
const ACTION_END = Buffer.from('}}\n');
/** What a document's lines have beyond id, routing, version and source. */
const FRAME_BYTES = ID.length + ROUTING.length + VERSION.length + VERSION_TYPE.length + ACTION_END.length + 1;

/**
 * The documents of a page as the lines a bulk request takes: an action line and the source, byte for byte but for line breaks between
 * its values, which become spaces. `external_gte` brings the version back, which live sync compares with its events, and lets a
 * request be sent twice.
 */
export function documentLines({ text, hits }: HitPage, digest: DocumentDigest): Buffer {
  const lines = Buffer.allocUnsafe(text.length + hits.length * FRAME_BYTES);
  let at = 0;
  const put = (part: Buffer): void => {
    at += part.copy(lines, at);
  };
  const copy = ({ start, end }: Place): void => {
    at += text.copy(lines, at, start, end);
  };
  for (const { id, routing, version, source } of hits) {
    const start = at;
    put(ID);
    copy(id);
    if (routing) {
      put(ROUTING);
      copy(routing);
    }
    if (version) {
      put(VERSION);
      copy(version);
      put(VERSION_TYPE);
    }
    put(ACTION_END);
    const sourceAt = at;
    copy(source as Place);
    spaceOutNewlines(lines.subarray(sourceAt, at));
    lines[at++] = NEWLINE;
    digest.add(lines.subarray(start, at));
  }
  return lines.subarray(0, at);
}

function spaceOutNewlines(source: Buffer): void {
  for (let at = source.indexOf(NEWLINE); at >= 0; at = source.indexOf(NEWLINE, at + 1)) source[at] = SPACE;
}
