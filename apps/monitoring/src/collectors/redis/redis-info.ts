/** The answer of INFO as fields: `name:value` lines, sections as comments (https://redis.io/docs/latest/commands/info/). */
export function parseInfo(text: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of text.split('\r\n')) {
    const colon = line.indexOf(':');
    if (line.startsWith('#') || colon < 1) continue;
    fields.set(line.slice(0, colon), line.slice(colon + 1));
  }
  return fields;
}

/** The pairs of a value such as `keys=3,expires=1,avg_ttl=0`. */
export function parsePairs(value: string): Map<string, string> {
  const pairs = value.split(',').map((pair) => pair.split('=', 2));
  return new Map(pairs.map(([name = '', text = '']) => [name, text]));
}

/** Share of look-ups since the start that found their key; undefined before the first one. */
export function hitRatio(hits: number, misses: number): number | undefined {
  const lookups = hits + misses;
  return lookups > 0 ? hits / lookups : undefined;
}

/** Replicas that follow. A backup that reads over the replication protocol shows as a replica too, but never as online. */
export function onlineReplicas(info: ReadonlyMap<string, string>): number {
  return [...info].filter(([name, value]) => /^slave\d+$/.test(name) && parsePairs(value).get('state') === 'online')
    .length;
}
