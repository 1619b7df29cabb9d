/**
 * Calls `release` when the client is gone before anybody began to read: a generator that was never started runs no `finally`.
 * @returns what is to be called when reading begins, from where on the generator releases by itself
 */
export function releaseUnread(gone: AbortSignal, release: () => void): () => void {
  if (gone.aborted) release();
  else gone.addEventListener('abort', release, { once: true });
  return () => gone.removeEventListener('abort', release);
}
