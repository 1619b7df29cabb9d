/**
 * Schema migrations of the main database: `npm run migrate -- status|up|down`. It runs what `pnpm build` made, with the configuration of
 * storage-api; the same as `node apps/storage-api/dist/migrate.js`, which an image has.
 */
await import('../../apps/storage-api/dist/migrate.js').catch((error) => {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  console.error('migrate: run `pnpm build` first');
  process.exitCode = 1;
});
