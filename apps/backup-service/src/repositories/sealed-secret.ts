import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { MasterKey } from '@lucid/archive/master-key';
import { AppError } from '@lucid/core/app-error';
import type { SealedSecret } from '@lucid/models/control/repositories';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Seals a text with AES-256-GCM under a key of its own purpose (HKDF-SHA-256 of the master key); it opens only as `context`. */
export function sealSecret(text: string, context: string, master: MasterKey): SealedSecret {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', sealingKey(master), nonce).setAAD(Buffer.from(context));
  const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return { keyId: master.id, text: sealed.toString('base64') };
}

/**
 * @param masters the present master key and earlier ones
 * @throws AppError REPOSITORY_KEY_WRONG where none of them sealed it, REPOSITORY_CORRUPT where it was changed or moved
 */
export function openSecret(sealed: SealedSecret, context: string, masters: readonly MasterKey[]): string {
  const master = masters.find(({ id }) => id === sealed.keyId);
  if (!master) {
    throw new AppError('REPOSITORY_KEY_WRONG', 'None of the configured master keys opens its access keys.');
  }
  const bytes = Buffer.from(sealed.text, 'base64');
  try {
    const options = { authTagLength: TAG_BYTES };
    const decipher = createDecipheriv('aes-256-gcm', sealingKey(master), bytes.subarray(0, NONCE_BYTES), options);
    decipher.setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(-TAG_BYTES));
    return decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
  } catch {
    throw new AppError('REPOSITORY_CORRUPT', 'The access keys of the repository are damaged; add it again.');
  }
}

function sealingKey(master: MasterKey): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', master.bytes, '', 'lucid repository access v1', 32));
}
