/** Names as MongoDB allows them on every platform: https://www.mongodb.com/docs/manual/reference/limits/#naming-restrictions */
export const DATABASE_NAME = /^[^/\\. "$*<>:|?\0]{1,63}$/;
export const COLLECTION_NAME = /^(?!system\.)[^$\0]{1,235}$/;
/** `database.collection`, or `database.*` for all of one database. */
export const NAMESPACE = /^[^/\\. "$*<>:|?\0]{1,63}\.[^$\0]{1,235}$/;
export const REPOSITORY_NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;
export const BACKUP_ID = /^bkp_[0-9a-z]{16}$/;
