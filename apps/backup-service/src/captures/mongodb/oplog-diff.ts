import { AppError } from '@lucid/core/app-error';
import type { Document } from 'bson';
import { entriesOf, fromEntriesOrdered } from './ordered-documents.ts';

type Value = unknown;

/**
 * What a document is after an entry of kind `i` or `u`: `o` is the whole document, or `{$v: 2, diff}`
 * (https://github.com/mongodb/mongo/blob/master/src/mongo/db/repl/README.md, "oplog entry format"; the grammar of `diff` is that of
 * src/mongo/db/update/document_diff_serialization.h). Values are kept as they are.
 * @returns undefined where a difference meets no document
 * @throws AppError RESTORE_REFUSED where the difference has another form
 */
export function applyUpdate(document: Document | undefined, o: Document): Document | undefined {
  if (o.$v === undefined) return o;
  if (!document) return undefined;
  if (Number(o.$v) !== 2 || !isDocument(o.diff)) throw unknownForm();
  return applyDiff(document, o.diff) as Document;
}

function applyDiff(value: Value, diff: Document): Value {
  return diff.a === true ? applyArrayDiff(value, diff) : applyDocumentDiff(value, diff);
}

/** `d` removes, `u` changes in place, `i` adds at the end, `s<field>` goes into a field. */
function applyDocumentDiff(value: Value, diff: Document): Document {
  if (!isDocument(value)) throw unknownForm();
  const fields = new Map<string, Value>(entriesOf(value));
  for (const [key, change] of entriesOf(diff)) {
    if (key === 'd') for (const [name] of entriesOf(change as Document)) fields.delete(name);
    else if (key === 'u') for (const [name, next] of entriesOf(change as Document)) fields.set(name, next);
    else if (key === 'i') for (const [name, next] of entriesOf(change as Document)) moveToEnd(fields, name, next);
    else if (key.startsWith('s') && isDocument(change))
      fields.set(key.slice(1), applyDiff(fields.get(key.slice(1)), change));
    else throw unknownForm();
  }
  return fromEntriesOrdered(fields);
}

/** `l` is the new length, `u<index>` sets an element, `s<index>` goes into one. */
function applyArrayDiff(value: Value, diff: Document): Value[] {
  if (!Array.isArray(value)) throw unknownForm();
  const items: Value[] = [...(value as Value[])];
  if (diff.l !== undefined) items.length = Math.min(Number(diff.l), items.length);
  for (const [key, change] of Object.entries(diff)) {
    if (key === 'a' || key === 'l') continue;
    const index = Number(key.slice(1));
    if (!/^[us]\d+$/.test(key) || index > 1_000_000) throw unknownForm();
    while (items.length < index) items.push(null);
    items[index] = key.startsWith('u') ? change : applyDiff(items[index], change as Document);
  }
  return items;
}

function moveToEnd(fields: Map<string, Value>, name: string, value: Value): void {
  fields.delete(name);
  fields.set(name, value);
}

function isDocument(value: Value): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unknownForm(): AppError {
  return new AppError('RESTORE_REFUSED', 'The oplog changes a document in a form that this version does not know.');
}
