const NAMED = 20;

/** What there is, for a caller whose name is none of it. */
export function namesText(names: readonly string[]): string {
  if (names.length === 0) return 'there is nothing';
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
  return `there are ${[...names].sort().slice(0, NAMED).join(', ')}${more}`;
}
