import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { AppError } from '@lucid/core/app-error';
import { FORMAT_VERSION, KEYS } from './format.ts';
import type { MasterKey } from './master-key.ts';
import { decodeRecord, encodeRecord } from './signed-record.ts';
import type { JsonValue } from './snapshot-types.ts';

/** The repository's own keys. `idKey` and `authKey` never change; data keys are added, and the newest encrypts. */
export interface KeySet {
  readonly repositoryId: string;
  readonly version: number;
  readonly idKey: Uint8Array;
  readonly authKey: Uint8Array;
  readonly dataKeys: readonly { readonly id: number; readonly key: Uint8Array }[];
  readonly activeDataKey: number;
}

interface StoredKeySet {
  format: number;
  repositoryId: string;
  version: number;
  /** Null in a plain repository, whose secrets are readable. */
  masterKeyId: string | null;
  /** Nonce, ciphertext and tag in hex, or plainly the secrets. */
  secrets: string;
}

export function newKeySet(encrypted: boolean): KeySet {
  return {
    repositoryId: randomBytes(16).toString('hex'),
    version: 1,
    idKey: secret(),
    authKey: secret(),
    dataKeys: encrypted ? [{ id: 1, key: secret() }] : [],
    activeDataKey: encrypted ? 1 : 0,
  };
}

/** The key set as it is stored under `KEYS.keySet(version)`, wrapped by the master key where there is one. */
export function encodeKeySet(keys: KeySet, master: MasterKey | undefined): Buffer {
  const { repositoryId, version } = keys;
  const plain = JSON.stringify({
    idKey: hex(keys.idKey),
    authKey: hex(keys.authKey),
    dataKeys: keys.dataKeys.map(({ id, key }) => ({ id, key: hex(key) })),
    activeDataKey: keys.activeDataKey,
  });
  const stored: StoredKeySet = {
    format: FORMAT_VERSION,
    repositoryId,
    version,
    masterKeyId: master?.id ?? null,
    secrets: master ? wrap(plain, master, contextOf(repositoryId, version)) : plain,
  };
  return encodeRecord(macKey(master), KEYS.keySet(version), stored as unknown as JsonValue);
}

/**
 * Opens a stored key set with whichever of the keys it was wrapped with.
 * @param masters the configured key and earlier ones; none for a plain repository
 * @throws AppError REPOSITORY_KEY_WRONG, REPOSITORY_MISMATCH (a key for a plain repository), REPOSITORY_FORMAT, REPOSITORY_CORRUPT
 */
export function decodeKeySet(bytes: Buffer, version: number, masters: readonly MasterKey[]): KeySet {
  const claimed = peek(bytes);
  if (claimed.format !== FORMAT_VERSION) {
    throw new AppError(
      'REPOSITORY_FORMAT',
      `The repository has format ${String(claimed.format)}; this version reads ${FORMAT_VERSION}.`,
    );
  }
  if (claimed.masterKeyId === null && masters.length > 0) {
    throw new AppError(
      'REPOSITORY_MISMATCH',
      'The repository is plain, and a master key says that it must be encrypted.',
    );
  }
  const master = masters.find(({ id }) => id === claimed.masterKeyId);
  if (claimed.masterKeyId !== null && !master) {
    throw new AppError(
      'REPOSITORY_KEY_WRONG',
      'None of the configured master keys is the one the repository was made with.',
    );
  }
  const stored = decodeRecord(macKey(master), KEYS.keySet(version), bytes) as StoredKeySet | undefined;
  if (stored?.version !== version) throw damaged();
  const plain = master ? unwrap(stored.secrets, master, contextOf(stored.repositoryId, version)) : stored.secrets;
  return { repositoryId: stored.repositoryId, version, ...parseSecrets(plain) };
}

/** The master key that a stored key set names, before anything of it is believed; null in a plain repository. */
export function masterKeyIdOf(bytes: Buffer): string | null | undefined {
  return peek(bytes).masterKeyId;
}

function parseSecrets(plain: string): Omit<KeySet, 'repositoryId' | 'version'> {
  const secrets = JSON.parse(plain) as {
    idKey: string;
    authKey: string;
    dataKeys: { id: number; key: string }[];
    activeDataKey: number;
  };
  return {
    idKey: bytesOf(secrets.idKey),
    authKey: bytesOf(secrets.authKey),
    dataKeys: secrets.dataKeys.map(({ id, key }) => ({ id, key: bytesOf(key) })),
    activeDataKey: secrets.activeDataKey,
  };
}

/** Reads what tells which key to try; nothing of it is believed before the signature held. */
function peek(bytes: Buffer): Partial<StoredKeySet> {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8', 0, Math.max(0, bytes.indexOf(10))));
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Not JSON: reported as damaged.
  }
  throw damaged();
}

function damaged(): AppError {
  return new AppError('REPOSITORY_CORRUPT', 'The key set of the repository is damaged.');
}

function wrap(plain: string, master: MasterKey, context: Buffer): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', wrapKey(master), nonce).setAAD(context);
  return Buffer.concat([nonce, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('hex');
}

function unwrap(wrapped: string, master: MasterKey, context: Buffer): string {
  const bytes = Buffer.from(wrapped, 'hex');
  const decipher = createDecipheriv('aes-256-gcm', wrapKey(master), bytes.subarray(0, 12), { authTagLength: 16 });
  decipher.setAAD(context).setAuthTag(bytes.subarray(-16));
  try {
    return decipher.update(bytes.subarray(12, -16), undefined, 'utf8') + decipher.final('utf8');
  } catch (error) {
    throw new AppError('REPOSITORY_CORRUPT', 'The key set of the repository is damaged.', { cause: error });
  }
}

function contextOf(repositoryId: string, version: number): Buffer {
  return Buffer.from(`lucid key set\n${repositoryId}\n${version}`);
}

function wrapKey(master: MasterKey): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', master.bytes, '', 'lucid key set wrap v1', 32));
}

/** A plain repository's key set is signed with a key that everybody can derive: that finds damage, not forgery. */
function macKey(master: MasterKey | undefined): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', master?.bytes ?? 'plain', '', 'lucid key set mac v1', 32));
}

function secret(): Uint8Array {
  return new Uint8Array(randomBytes(32));
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'hex'));
}
