/**
 * The registry of error codes. A code is part of the REST contract: it is never renamed, and `docs/errors.md`, which is
 * rendered from here, tells an operator what it means and what to do. English text is for people, the code is for programs.
 */
export interface ErrorEntry {
  /** HTTP status (RFC 9110) of the problem document. */
  status: number;
  /** One short sentence, the same for every occurrence. */
  title: string;
  /** True where the same call can succeed later without being changed. */
  retryable: boolean;
  /** What the reader should do. */
  remedy: string;
}

function entry(status: number, title: string, remedy: string, retryable = false): ErrorEntry {
  return { status, title, retryable, remedy };
}

export const ERRORS = {
  // Requests
  VALIDATION_FAILED: entry(400, 'The request is not valid', 'Correct the fields named in `errors` and send it again.'),
  BAD_CURSOR: entry(400, 'The cursor does not belong to this query', 'Start again without a cursor.'),
  MALFORMED_BODY: entry(400, 'The body could not be read', 'Send well-formed JSON with a matching Content-Type.'),
  EXTENDED_JSON_INVALID: entry(
    400,
    'A value is no Extended JSON',
    'Write the value named in `errors` as Extended JSON v2 has it.',
  ),
  FILTER_INVALID: entry(
    400,
    'The filter is not one that is taken',
    'Correct what `errors` names; docs/rest.md lists the operators.',
  ),
  NAMESPACE_INVALID: entry(400, 'The name is not one that the engine takes', 'Choose a name as `detail` says.'),
  UNAUTHENTICATED: entry(401, 'No valid key or token', 'Send an API key or a JWT as `Authorization: Bearer …`.'),
  FORBIDDEN: entry(
    403,
    'The role does not allow this',
    'Use a key with the role that `detail` names; where it names none, no role may do this.',
  ),
  NOT_FOUND: entry(404, 'There is nothing here', 'Check the address against the OpenAPI document, at /docs.'),
  METHOD_NOT_ALLOWED: entry(405, 'The method is not allowed here', 'Use one of those that `Allow` names.'),
  CONFLICT: entry(409, 'The request contradicts the present state', 'Read the resource again and decide.'),
  IDEMPOTENCY_KEY_REUSED: entry(409, 'The idempotency key was used for another request', 'Send a new Idempotency-Key.'),
  DUPLICATE_KEY: entry(409, 'A unique value is taken', 'Change the field named in `errors`.'),
  PRECONDITION_FAILED: entry(
    412,
    'It was changed since it was read',
    'Read it again and send its new ETag as If-Match.',
  ),
  PAYLOAD_TOO_LARGE: entry(413, 'The body is too large', 'Send less at a time.'),
  REQUEST_TIMEOUT: entry(408, 'The request did not come in time', 'Send it again, faster.', true),
  ADDRESS_TOO_LONG: entry(414, 'A part of the address is too long', 'Shorten the name in the address.'),
  UNSUPPORTED_MEDIA_TYPE: entry(415, 'The content type is not supported', 'Send the Content-Type that `detail` names.'),
  PRECONDITION_REQUIRED: entry(
    428,
    'It must be said which version is changed',
    'Read it and send its ETag as If-Match, or `If-Match: *`.',
  ),
  DOCUMENT_TOO_LARGE: entry(413, 'A document has at most 16 MiB', 'Split it into several documents.'),
  DOCUMENT_INVALID: entry(422, 'The document breaks the validator', 'Correct the fields named in `errors`.'),
  PROTECTED: entry(423, 'The cluster is protected against destructive calls', 'Switch protected mode off first.'),
  TOO_MANY_REQUESTS: entry(429, 'Too many requests', 'Wait as long as Retry-After says.', true),
  HEADERS_TOO_LARGE: entry(431, 'Address and headers are too large', 'Send shorter ones.'),
  INTERNAL: entry(500, 'Something went wrong on our side', 'Report the correlation id to the operators.'),
  // Engines and resources
  MONGODB_UNAVAILABLE: entry(503, 'MongoDB cannot be reached', 'Check the replica set, then try again.', true),
  REDIS_UNAVAILABLE: entry(503, 'Redis cannot be reached', 'Check Redis, then try again.', true),
  ELASTICSEARCH_UNAVAILABLE: entry(
    503,
    'Elasticsearch cannot be reached',
    'Check Elasticsearch, then try again.',
    true,
  ),
  OBJECT_STORE_UNAVAILABLE: entry(
    503,
    'The object store cannot be reached',
    'Check the endpoint of the repository, then try again.',
    true,
  ),
  SERVICE_STOPPING: entry(503, 'The service is stopping', 'Try again in a few seconds.', true),
  TIMEOUT: entry(504, 'The engine did not answer in time', 'Try again, or ask for less.', true),
  STORAGE_FULL: entry(
    507,
    'There is no room left on the device',
    'Free space or enlarge the volume, then start again.',
    true,
  ),
  PERMISSION_DENIED: entry(
    500,
    'The operating system refused access',
    'Give the service user the right to the path in `detail`.',
  ),
  CONFIG_INVALID: entry(
    500,
    'The configuration is not valid',
    'Correct the environment variable named in the message.',
  ),
  ENGINE_UNSUITABLE: entry(
    500,
    'The engine is not set up as the suite needs it',
    'Change the setting named in the message.',
  ),
  ENGINES_MISSING: entry(500, 'An engine could not be had on this machine', 'Run the command named in the message.'),
  PROGRAM_MISSING: entry(500, 'A program is not installed', 'Install the program named in `detail`.'),
  PROGRAM_FAILED: entry(500, 'A program ended with an error', 'Read the log of the service for what it said.', true),
  // Jobs
  JOB_NOT_FOUND: entry(404, 'There is no such job', 'List the jobs with GET /api/v1/jobs.'),
  JOB_FINISHED: entry(409, 'The job has already ended', 'Nothing to do: read its result or error.'),
  JOB_CANCELLED: entry(409, 'The job was cancelled', 'Start it again if it is still wanted.'),
  JOB_TIMED_OUT: entry(504, 'The job ran longer than it may', 'Start it again with less to do.'),
  JOB_INTERRUPTED: entry(503, 'The worker stopped while the job ran', 'None: another worker goes on with it.', true),
  LEASE_LOST: entry(409, 'Another worker took over what this one was changing', 'None: the new holder goes on.', true),
  LEASE_HELD: entry(
    409,
    'Somebody else is changing this now',
    'Wait for the holder named in `detail`; if it died, until the time named there.',
    true,
  ),
  // Repository and backups
  REPOSITORY_NOT_FOUND: entry(404, 'There is no such repository', 'List the repositories of backup-service.'),
  REPOSITORY_MISMATCH: entry(
    409,
    'The repository was made with other settings',
    'Use a repository with the settings asked for.',
  ),
  REPOSITORY_OWNED: entry(
    409,
    'Another cluster owns the repository',
    'Take it over on purpose, or configure another path.',
  ),
  REPOSITORY_UNUSABLE: entry(
    422,
    'The repository cannot be opened as it was described',
    'Correct what `detail` names and send it again.',
  ),
  REPOSITORY_IN_USE: entry(
    409,
    'The repository is needed',
    'Change the settings of the service, or wait for the jobs that use it.',
  ),
  RESIDENCY_REFUSED: entry(
    422,
    'Data may not leave this region',
    'Use a repository in the region of the cluster, or allow this one with `leavesRegion: true`.',
  ),
  REPOSITORY_FORMAT: entry(
    500,
    'The repository has a format this version cannot read',
    'Use a newer version of the suite.',
  ),
  REPOSITORY_KEY_WRONG: entry(
    500,
    'The master key does not open the repository',
    'Configure the key it was made with.',
  ),
  REPOSITORY_CORRUPT: entry(
    500,
    'A key or settings file of the repository is damaged',
    'Copy `config`, `keys` and `owner` back from a replica.',
  ),
  CHUNK_MISSING: entry(
    500,
    'A chunk of the backup is missing',
    'Restore another backup; run a check of the repository.',
  ),
  CHUNK_CORRUPT: entry(
    500,
    'A chunk of the backup is damaged',
    'Restore another backup; run a check of the repository.',
  ),
  MANIFEST_CORRUPT: entry(
    500,
    'The manifest of the backup is damaged',
    'Restore another backup; run a check of the repository.',
  ),
  BACKUP_NOT_FOUND: entry(404, 'There is no such backup', 'List the backups with GET /api/v1/backups.'),
  BACKUP_IN_USE: entry(409, 'The backup is being read', 'Wait for the job named in `detail`.', true),
  BACKUP_HELD: entry(409, 'The backup is on hold', 'Lift the hold first, with DELETE …/hold of backup-service.'),
  BACKUP_LAST_VERIFIED: entry(
    409,
    'It is the last backup that is known to be good',
    'Verify another one first, or repeat the call with `?confirm=<its id>`.',
  ),
  BACKUP_DISABLED: entry(409, 'Backups are switched off', 'Set BACKUP_ENABLED=true and restart backup-service.'),
  BACKUP_FIRST_FAILED: entry(
    409,
    'The backup that had to come first did not succeed',
    'Look at the job named in `detail`, then start again.',
  ),
  BACKUP_SCOPE_EMPTY: entry(422, 'Nothing matches what was asked for', 'Check the database and collection names.'),
  BACKUP_ENGINE_UNSUPPORTED: entry(
    422,
    'This engine cannot be backed up here',
    'Ask for one of the engines named in `detail`.',
  ),
  OPLOG_GAP: entry(
    500,
    'The oplog was overwritten while the backup ran',
    'Enlarge the oplog (MONGO_OPLOG_SIZE) and back up again.',
    true,
  ),
  CAPTURE_RESTARTED: entry(
    503,
    'The member that was read changed under the backup',
    'None: the backup starts again.',
    true,
  ),
  RESTORE_CONFLICT: entry(
    409,
    'The target holds something the restore would overwrite',
    'Choose another target database.',
  ),
  RESTORE_REFUSED: entry(422, 'The restore would touch what it must not', 'Change the target or the namespaces.'),
  RECOVERY_TIME_UNAVAILABLE: entry(
    422,
    'This time is in no recovery window',
    'Choose one of the times in `detail`, or look at GET /api/v1/recovery-windows.',
  ),
  RESTORE_MISMATCH: entry(500, 'What was restored differs from the backup', 'Do not use the target; restore again.'),
  IMPORTS_DISABLED: entry(409, 'There is no folder for imports', 'Set BACKUP_IMPORT_PATH and restart backup-service.'),
  DUMP_INVALID: entry(422, 'The dump cannot be read', 'Check that mongodump wrote it, and that it is whole.'),
  RDB_INVALID: entry(422, 'The RDB cannot be read', 'Back up again; an RDB from elsewhere: try `redis-check-rdb`.'),
  RDB_UNSUPPORTED: entry(
    422,
    'The RDB holds what cannot be backed up or restored',
    'Remove the key named in `detail`, or use a newer version of the suite.',
  ),
  // Database
  VALIDATOR_CONFLICT: entry(
    409,
    'Stored documents break the new validator',
    'Correct the documents named in `errors` first.',
  ),
  DOCUMENT_NOT_FOUND: entry(404, 'There is no such document', 'Check the id; docs/rest.md says how ids are written.'),
  PATCH_REFUSED: entry(422, 'The patch does not fit the document', 'Read the document again and correct the patch.'),
  QUERY_NOT_INDEXED: entry(
    422,
    'No index serves this query',
    'Filter by an indexed field, add an index, or repeat with `allowScan=true`.',
  ),
  CHANGE_HISTORY_LOST: entry(
    410,
    'The changes after this event are not known any more',
    'Read the collection again, then follow it without Last-Event-ID.',
  ),
  COLLECTION_NOT_FOUND: entry(404, 'There is no such collection', 'List them with GET /api/v1/database/collections.'),
  COLLECTION_EXISTS: entry(409, 'A collection or view of this name exists', 'Choose another name, or drop it first.'),
  COLLECTION_CHANGED: entry(
    409,
    'The collection was changed meanwhile',
    'Stop what writes to it and start again; read in `detail` what stands where.',
  ),
  CONFIRMATION_REQUIRED: entry(
    409,
    'This must be asked for twice',
    'Repeat the call with `?confirm=` as `detail` says.',
  ),
  DEFINITION_INVALID: entry(
    422,
    'MongoDB refuses the definition of a collection or an index',
    'Correct it as `detail` says.',
  ),
  INDEX_NOT_FOUND: entry(404, 'There is no such index', 'List them with GET …/collections/{name}/indexes.'),
  INDEX_CONFLICT: entry(
    409,
    'Another index has the name or the keys',
    'Use the one named in `detail`, drop it first, or choose another name.',
  ),
  NOT_REPLICA_SET: entry(409, 'This MongoDB has no members to show or change', 'Do as `detail` says.'),
  NOT_SHARDED: entry(409, 'This MongoDB is no sharded cluster', 'Point MONGODB_URI at mongos, or do without sharding.'),
  MEMBER_NOT_FOUND: entry(404, 'There is no such member', 'List the members with GET /api/v1/database/replica-set.'),
  RECONFIGURATION_REFUSED: entry(
    409,
    'The change would harm the replica set',
    'Put right what `errors` names; `?dryRun=true` shows the configuration it would make.',
  ),
  STEP_DOWN_REFUSED: entry(
    409,
    'No other member can become primary now',
    'Put right what `errors` names, then ask again.',
  ),
  MEMBER_NOT_READY: entry(
    409,
    'The new member did not come up',
    'Look at its log, then add it again: it was taken out.',
  ),
  SHARDING_REFUSED: entry(
    409,
    'The collection or zone cannot be sharded so',
    'Put right what `errors` or `detail` names.',
  ),
  SHARD_NOT_FOUND: entry(404, 'There is no such shard', 'List the shards with GET …/sharding/status.'),
  ZONE_NOT_FOUND: entry(404, 'There is no such zone or range', 'List the zones with GET …/sharding/zones.'),
  OPERATION_NOT_FOUND: entry(404, 'There is no such operation any more', 'List them with GET …/database/operations.'),
  OPERATION_PROTECTED: entry(409, 'The operation is not one to be killed', 'Do as `detail` says.'),
  QUERY_REFUSED: entry(422, 'MongoDB does not take the query', 'Correct what `detail` names.'),
  INDEX_ADVICE_NOT_FOUND: entry(
    404,
    'Nothing supports this proposal any more',
    'List what there is with GET /api/v1/database/index-advice.',
  ),
  MIGRATION_NOT_FOUND: entry(404, 'There is no such migration', 'List them with GET /api/v1/database/migrations.'),
  MIGRATION_UNKNOWN: entry(
    409,
    'The database has a migration that this version does not know',
    'Run the version of the service that applied it, or a newer one.',
  ),
  MIGRATION_CHANGED: entry(
    409,
    'An applied migration was edited',
    'Put the file back as it was, and write a new migration for what is to change.',
  ),
  MIGRATION_IRREVERSIBLE: entry(409, 'A migration has no way back', 'Restore the backup that was taken before it.'),
  MIGRATION_FAILED: entry(500, 'A migration failed', 'Read `detail`: what was rolled back, and what is left.'),
  CACHE_KEY_NOT_FOUND: entry(404, 'There is no such key in the cache', 'List the keys with GET /api/v1/cache/keys.'),
  VOLUME_NOT_FOUND: entry(404, 'There is no such volume', 'List the volumes with GET /api/v1/volumes.'),
  SCHEDULE_NOT_FOUND: entry(404, 'There is no such schedule', 'List the schedules with GET /api/v1/backups/schedules.'),
  API_KEY_NOT_FOUND: entry(404, 'There is no such API key', 'List the keys with GET /api/v1/access/keys.'),
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof ERRORS;
