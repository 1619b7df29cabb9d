/**
 * Works on the items in order, `width` of them at a time. After the first failure no further item is begun; it is thrown once
 * those under way have ended, so that nothing goes on behind the caller's back.
 */
export async function inParallel<T>(
  width: number,
  items: readonly T[],
  work: (item: T, position: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  let failure: { error: unknown } | undefined;
  const lane = async (): Promise<void> => {
    while (next < items.length && !failure) {
      const position = next++;
      try {
        await work(items[position] as T, position);
      } catch (error) {
        failure ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, lane));
  if (failure) throw failure.error;
}
