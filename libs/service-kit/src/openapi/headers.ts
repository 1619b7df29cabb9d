/** What a client may send so that asking twice is asking once. */
export const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  required: false,
  description: 'The same key and request give the same job; with another request the key is refused',
  schema: { type: 'string' as const, pattern: '^[\\x21-\\x7e]{1,128}$' },
};

/** A change under the condition that nobody else made one. */
export const IF_MATCH = {
  name: 'If-Match',
  required: false,
  description: 'ETag that it was read with: 412 where it changed',
};
