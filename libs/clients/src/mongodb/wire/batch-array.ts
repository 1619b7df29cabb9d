import { documentEnd } from './bson-walk.ts';

/**
 * Removes the keys of a BSON array of documents in place: what is left, from the returned `start` on, is the documents one
 * after the other, which is also the body of an OP_MSG document sequence.
 * @throws RangeError where the array is malformed or holds anything but documents
 */
export function removeArrayKeys(
  buffer: Buffer,
  arrayStart: number,
  limit: number,
): { documents: Buffer; count: number } {
  const last = documentEnd(buffer, arrayStart, limit) - 1;
  let source = arrayStart + 4;
  let target = source;
  let count = 0;
  while (source < last) {
    if (buffer[source] !== 0x03) throw new RangeError('A batch holds something that is not a document.');
    let document = source + 1;
    while (document < last && buffer[document] !== 0) document += 1;
    document += 1;
    const end = documentEnd(buffer, document, last);
    buffer.copyWithin(target, document, end);
    target += end - document;
    source = end;
    count += 1;
  }
  return { documents: buffer.subarray(arrayStart + 4, target), count };
}
