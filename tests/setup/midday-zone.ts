/** A time zone in which it is noon: what is done by night, as backups, expiry and verification are, does not come due during a test. */
export function middayZone(): string {
  const behind = new Date().getUTCHours() - 12;
  return behind === 0 ? 'UTC' : `Etc/GMT${behind > 0 ? '+' : ''}${behind}`;
}
