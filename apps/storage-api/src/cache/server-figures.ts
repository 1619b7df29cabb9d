/** The lines of INFO: https://redis.io/docs/latest/commands/info/ */
export type Info = ReadonlyMap<string, string>;

export function parseInfo(text: string): Info {
  return new Map(
    text
      .split('\r\n')
      .filter((line) => line.includes(':'))
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]),
  );
}

/** A number of INFO; 0 where the server does not tell. */
export function figure(info: Info, name: string): number {
  const value = Number(info.get(name));
  return Number.isFinite(value) ? value : 0;
}

/** Keys of each database. */
export function keyspaceOf(
  info: Info,
): { database: number; keys: number; expiring: number; averageTtlSeconds: number }[] {
  return [...info].flatMap(([name, value]) => {
    const database = /^db(\d+)$/.exec(name)?.[1];
    const [, keys, expires, ttl] = /^keys=(\d+),expires=(\d+),avg_ttl=(\d+)/.exec(value) ?? [];
    if (database === undefined || keys === undefined) return [];
    const averageTtlSeconds = Math.round(Number(ttl) / 1_000);
    return [{ database: Number(database), keys: Number(keys), expiring: Number(expires), averageTtlSeconds }];
  });
}

/** A part of a whole, rounded to four digits; `null` of nothing. */
export function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.round((part / whole) * 10_000) / 10_000;
}
