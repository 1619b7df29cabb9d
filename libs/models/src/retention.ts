const DAY = 24 * 60 * 60;

/** How long the database keeps what is not kept for good, in seconds; each is the TTL of one collection. */
export const RETENTION_SECONDS = {
  auditLogs: 365 * DAY,
  logs: 30 * DAY,
  events: 90 * DAY,
  metrics: 30 * DAY,
  reports: 365 * DAY,
  alerts: 90 * DAY,
  rateLimits: 7 * DAY,
  volumeSamples: 400 * DAY,
  deadLetters: 90 * DAY,
} as const;
