import { AppError } from '@lucid/core/app-error';
import { BSON_ARRAY, BSON_DOCUMENT, type BsonField, fieldsOf, textOf } from './oplog-bson.ts';

/** What the restore reads of an oplog entry; everything else in it is left behind on purpose. */
export interface OplogEntry {
  /** i, u, d: data · c: command · n: nothing. */
  readonly op: string;
  readonly ns: string;
  /** UUID of the collection it changed on the source, as hex: the one sure way to tell two collections of one name apart. */
  readonly uuid: string | undefined;
  readonly o: Buffer;
  readonly o2: Buffer | undefined;
  /** Session and transaction number, undefined outside a session. */
  readonly transaction: string | undefined;
  /** False where the entry continues a chain of its transaction. */
  readonly startsChain: boolean;
}

/** @throws AppError RESTORE_REFUSED where the entry has not the shape of an oplog entry */
export function parseOplogEntry(document: Buffer): OplogEntry {
  const fields = new Map(fieldsOf(document).map((field) => [field.name, field]));
  const op = textOf(fields.get('op'));
  const ns = textOf(fields.get('ns'));
  const o = documentOf(fields.get('o'));
  if (op === undefined || ns === undefined || o === undefined) {
    throw new AppError('RESTORE_REFUSED', 'The oplog of the backup holds an entry that this version cannot read.');
  }
  const [lsid, number] = [fields.get('lsid'), fields.get('txnNumber')];
  return {
    op,
    ns,
    uuid: uuidOf(fields.get('ui')),
    o,
    o2: documentOf(fields.get('o2')),
    transaction: lsid && number && `${lsid.value.toString('hex')}:${number.value.toString('hex')}`,
    startsChain: !continues(fields.get('prevOpTime')),
  };
}

/** The nested operations of an `applyOps` command, undefined where `o` is another command. */
export function nestedOperations(o: Buffer): Buffer[] | undefined {
  const list = fieldsOf(o).find((field) => field.name === 'applyOps');
  return list?.type === BSON_ARRAY ? fieldsOf(list.value).map(({ value }) => value) : undefined;
}

/** Is the flag of a command (`partialTxn`, `prepare`) set? */
export function hasFlag(o: Buffer, name: string): boolean {
  const field = fieldsOf(o).find((one) => one.name === name);
  return field?.type === 0x08 && field.value.at(0) === 1;
}

function documentOf(field: BsonField | undefined): Buffer | undefined {
  return field?.type === BSON_DOCUMENT ? field.value : undefined;
}

function uuidOf(field: BsonField | undefined): string | undefined {
  return field?.type === 0x05 ? field.value.subarray(5).toString('hex') : undefined;
}

/** `prevOpTime` is `{ts, t}`; a null one (time stamp 0) begins a chain. */
function continues(field: BsonField | undefined): boolean {
  if (field?.type !== BSON_DOCUMENT) return false;
  const ts = fieldsOf(field.value).find(({ name }) => name === 'ts');
  return ts?.type === 0x11 && ts.value.readBigUInt64LE() !== 0n;
}
