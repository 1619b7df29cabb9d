// Written by scripts/docs/openapi.ts from the OpenAPI document beside it; do not change it by hand.

export interface paths {
    "/api/v1/access/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["AccessKeys_list"];
        put?: never;
        /**
         * Answers the key itself, once
         * @description Answers the key itself, once: it is stored as a hash only.
         */
        post: operations["AccessKeys_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/access/keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revokes the key
         * @description Revokes the key: at once here, within 30 s at the other services. Revoking twice is the same as once.
         */
        delete: operations["AccessKeys_remove"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/backups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["Backups_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/backups/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["Backups_get"];
        put?: never;
        post?: never;
        /**
         * Removes a backup
         * @description Removes a backup: 202 and the job; with `dryRun` 200 and what would be removed. Refused while it is held, used or the last good one.
         */
        delete: operations["Backups_remove"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/backups/{id}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Starts a restore, or with `dryRun` its plan
         * @description Starts a restore, or with `dryRun` its plan: 202 and the job.
         */
        post: operations["Backups_restore"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/backups/create": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Starts a backup
         * @description Starts a backup: 202 and the job that makes it; its result names the backup.
         */
        post: operations["Backups_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/backups/schedules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The schedules of backups, by name */
        get: operations["Schedules_list"];
        put?: never;
        /**
         * Makes a schedule
         * @description Makes a schedule: backup-service asks for a backup at each of its times.
         */
        post: operations["Schedules_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/backups/schedules/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["Schedules_get"];
        put?: never;
        post?: never;
        /**
         * Removes the schedule
         * @description Removes the schedule; its backups stay, with the rules it had.
         */
        delete: operations["Schedules_remove"];
        options?: never;
        head?: never;
        /**
         * Changes what the body names
         * @description Changes what the body names. A new time counts from now.
         */
        patch: operations["Schedules_update"];
        trace?: never;
    };
    "/api/v1/database/migrations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is applied, what is pending, and what is in the way */
        get: operations["Migrations_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/database/migrations/down": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Undoes the newest, or what is newer than `to`
         * @description Undoes the newest, or what is newer than `to`: 202 and the job; with `dryRun` 200 and what would be undone.
         */
        post: operations["Migrations_down"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/database/migrations/up": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Applies what is pending
         * @description Applies what is pending: 202 and the job, which takes a backup before the first change; with `dryRun` 200 and what would change.
         */
        post: operations["Migrations_up"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["Jobs_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get: operations["Jobs_get"];
        put?: never;
        post?: never;
        /**
         * Asks for the job to be cancelled
         * @description Asks for the job to be cancelled: at once while it waits, within 5 s while it runs.
         */
        delete: operations["Jobs_remove"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Streams the job as it changes, until it has ended
         * @description Streams the job as it changes, until it has ended. `Last-Event-ID` goes on after that revision.
         */
        get: operations["Jobs_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The same as ready, under the name people try first */
        get: operations["Health_health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The process answers
         * @description The process answers. It asks no engine: restarting a service does not mend a dead engine.
         */
        get: operations["Health_live"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The service can do its work
         * @description The service can do its work: 503 when an engine it cannot do without is down, `degraded` when another one is.
         */
        get: operations["Health_ready"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        BackupCreatePayload: {
            /** @description Only these collections of `database` */
            collections?: string[];
            /** @description Must agree with the repository */
            compression?: boolean;
            /**
             * @default converged
             * @enum {string}
             */
            consistency: "converged" | "strict" | "per-engine";
            /**
             * @description One database of MongoDB; without it all of them
             * @example lucid_blockchain
             */
            database?: string;
            /** @description Must agree with the repository */
            encryption?: boolean;
            engines?: ("mongodb" | "redis" | "elasticsearch")[];
            label?: string;
            /**
             * @example [
             *       "default",
             *       "s3"
             *     ]
             */
            repositories?: string[];
            /** @default default */
            repository: string;
        };
        BackupDeletionPlan: {
            backupId: string;
            /** Format: date-time */
            createdAt: string;
            /** @description Is there no other backup in its repository? */
            isOnly: boolean;
            /** @description Repositories that it would be removed from */
            repositories: string[];
            /** @description Bytes it added; what the next garbage collection frees may be less */
            storedBytes: number;
        };
        CreateApiKeyDto: {
            /** @description What the key is for */
            name: string;
            /** @enum {string} */
            role: "viewer" | "operator" | "backup-admin" | "admin";
        };
        CreateScheduleDto: {
            /** @description As the body of backups/create */
            backup: components["schemas"]["BackupCreatePayload"];
            /**
             * @description minute, hour, day of month, month, weekday; or @daily …
             * @example 0 2 * * *
             */
            cron: string;
            /**
             * @description A paused schedule misses nothing: it goes on with its next run
             * @default true
             */
            enabled: boolean;
            /** @example nightly */
            name: string;
            /** @description Null: as the repository has it */
            retention?: components["schemas"]["RetentionPolicy"] | null;
            /**
             * @description IANA time zone; BACKUP_TIMEZONE without it
             * @example Europe/Vienna
             */
            timezone?: string;
        };
        ElasticsearchSelection: {
            /**
             * @example [
             *       "lucid_sessions-*"
             *     ]
             */
            indices?: string[];
            /**
             * @example {
             *       "lucid_sessions-000001": "lucid_sessions-restored"
             *     }
             */
            renames?: Record<string, never>;
        };
        /** @description A job. Follow it at its Location, or as events at `…/events` */
        Job: {
            actor: string;
            attempts: number;
            /** Format: date-time */
            cancelRequestedAt: string | null;
            correlationId: string;
            /** Format: date-time */
            createdAt: string;
            error: {
                code: string;
                detail: string;
                errors?: {
                    code: string;
                    message: string;
                    pointer: string;
                }[];
                retryable: boolean;
                status: number;
                title: string;
            } | null;
            /** Format: date-time */
            finishedAt: string | null;
            id: string;
            interruptions: number;
            name: string;
            /** Format: date-time */
            notBefore: string | null;
            /** @description What was asked for */
            payload: Record<string, never>;
            progress: {
                done: number;
                etaSeconds: number | null;
                phase: string;
                ratePerSecond?: number | null;
                total: number | null;
                unit: string;
            } | null;
            queue: string;
            result: Record<string, never> | null;
            revision: number;
            /** Format: date-time */
            startedAt: string | null;
            /** @enum {string} */
            state: "queued" | "interrupted" | "running" | "cancelling" | "succeeded" | "degraded" | "failed" | "cancelled";
        };
        MigrationDownPayload: {
            /**
             * @description False: without a backup before the first change
             * @default true
             */
            backup: boolean;
            /**
             * @description How many are undone; not with `to`
             * @default 1
             */
            steps: number;
            /**
             * @description What is newer is undone, this one stays; 0000: undo all
             * @example 0001
             */
            to?: string;
        };
        MigrationDto: {
            /** Format: date-time */
            appliedAt: string | null;
            /** @description The backup of before it */
            backupId: string | null;
            /** @description Null where only the database knows it */
            description: string | null;
            /** @description Steps that are done, where it is under way */
            doneSteps: string[];
            /** @description Why it failed */
            error: string | null;
            /** @description Is an undo written for all of it? */
            isReversible: boolean;
            /** @description What an undo could not undo */
            left: string[];
            /** @example 0001-baseline */
            name: string;
            /** @description Job, or host and process of the script */
            runBy: string | null;
            /** Format: date-time */
            startedAt: string | null;
            /**
             * @description reverted and failed were undone, and may be applied again
             * @enum {string}
             */
            state: "pending" | "applying" | "applied" | "reverting" | "rolling-back" | "reverted" | "failed";
            /** @description The step it is at */
            step: string | null;
        };
        MigrationPlanDto: {
            /** @description In the order in which it would be done */
            migrations: components["schemas"]["PlannedMigrationDto"][];
        };
        MigrationsDto: {
            /** @description Who runs migrations at this moment */
            heldBy: string | null;
            /** @description By version */
            items: components["schemas"]["MigrationDto"][];
            pending: number;
            /** @description Why neither up nor down would run */
            problems: string[];
        };
        MigrationUpPayload: {
            /**
             * @description False: without a backup before the first change
             * @default true
             */
            backup: boolean;
            /**
             * @description The last one to apply; all that are pending without it
             * @example 0002
             */
            to?: string;
        };
        OperationTime: {
            /** @example 1 */
            i: number;
            /** @example 1767225600 */
            t: number;
        };
        PlannedChangeDto: {
            /** @example create index */
            action: string;
            detail: string;
            /** @example lucid_blockchain.sessions */
            target: string;
        };
        PlannedMigrationDto: {
            changes: components["schemas"]["PlannedChangeDto"][];
            /** @enum {string} */
            direction: "up" | "down";
            /** @example 0001-baseline */
            name: string;
        };
        /** @description What went wrong and what to do (RFC 9457); `code` is one of docs/errors.md */
        Problem: {
            /** @enum {string} */
            code: "VALIDATION_FAILED" | "BAD_CURSOR" | "MALFORMED_BODY" | "EXTENDED_JSON_INVALID" | "FILTER_INVALID" | "NAMESPACE_INVALID" | "UNAUTHENTICATED" | "FORBIDDEN" | "NOT_FOUND" | "METHOD_NOT_ALLOWED" | "CONFLICT" | "IDEMPOTENCY_KEY_REUSED" | "DUPLICATE_KEY" | "PRECONDITION_FAILED" | "PAYLOAD_TOO_LARGE" | "ADDRESS_TOO_LONG" | "UNSUPPORTED_MEDIA_TYPE" | "DOCUMENT_INVALID" | "PROTECTED" | "TOO_MANY_REQUESTS" | "INTERNAL" | "MONGODB_UNAVAILABLE" | "REDIS_UNAVAILABLE" | "ELASTICSEARCH_UNAVAILABLE" | "OBJECT_STORE_UNAVAILABLE" | "SERVICE_STOPPING" | "TIMEOUT" | "STORAGE_FULL" | "PERMISSION_DENIED" | "CONFIG_INVALID" | "ENGINE_UNSUITABLE" | "ENGINES_MISSING" | "PROGRAM_MISSING" | "PROGRAM_FAILED" | "JOB_NOT_FOUND" | "JOB_FINISHED" | "JOB_CANCELLED" | "JOB_TIMED_OUT" | "JOB_INTERRUPTED" | "LEASE_LOST" | "LEASE_HELD" | "REPOSITORY_NOT_FOUND" | "REPOSITORY_MISMATCH" | "REPOSITORY_OWNED" | "REPOSITORY_UNUSABLE" | "REPOSITORY_IN_USE" | "RESIDENCY_REFUSED" | "REPOSITORY_FORMAT" | "REPOSITORY_KEY_WRONG" | "REPOSITORY_CORRUPT" | "CHUNK_MISSING" | "CHUNK_CORRUPT" | "MANIFEST_CORRUPT" | "BACKUP_NOT_FOUND" | "BACKUP_IN_USE" | "BACKUP_HELD" | "BACKUP_LAST_VERIFIED" | "BACKUP_DISABLED" | "BACKUP_FIRST_FAILED" | "BACKUP_SCOPE_EMPTY" | "BACKUP_ENGINE_UNSUPPORTED" | "OPLOG_GAP" | "CAPTURE_RESTARTED" | "RESTORE_CONFLICT" | "RESTORE_REFUSED" | "RECOVERY_TIME_UNAVAILABLE" | "RESTORE_MISMATCH" | "IMPORTS_DISABLED" | "DUMP_INVALID" | "RDB_INVALID" | "RDB_UNSUPPORTED" | "VALIDATOR_CONFLICT" | "COLLECTION_NOT_FOUND" | "COLLECTION_EXISTS" | "COLLECTION_CHANGED" | "CONFIRMATION_REQUIRED" | "DEFINITION_INVALID" | "INDEX_NOT_FOUND" | "INDEX_CONFLICT" | "NOT_REPLICA_SET" | "NOT_SHARDED" | "MEMBER_NOT_FOUND" | "RECONFIGURATION_REFUSED" | "STEP_DOWN_REFUSED" | "MEMBER_NOT_READY" | "SHARDING_REFUSED" | "SHARD_NOT_FOUND" | "ZONE_NOT_FOUND" | "OPERATION_NOT_FOUND" | "OPERATION_PROTECTED" | "QUERY_REFUSED" | "INDEX_ADVICE_NOT_FOUND" | "MIGRATION_NOT_FOUND" | "MIGRATION_UNKNOWN" | "MIGRATION_CHANGED" | "MIGRATION_IRREVERSIBLE" | "MIGRATION_FAILED" | "VOLUME_NOT_FOUND" | "SCHEDULE_NOT_FOUND" | "API_KEY_NOT_FOUND";
            correlationId: string;
            detail: string;
            errors?: {
                code: string;
                message: string;
                pointer: string;
            }[];
            instance: string;
            /** @description May the same request succeed later? */
            retryable: boolean;
            status: number;
            title: string;
            /**
             * Format: uri-reference
             * @description Where the code is explained, on this service
             */
            type: string;
        };
        RedisSelection: {
            /**
             * @example [
             *       0,
             *       3
             *     ]
             */
            databases?: number[];
            /**
             * @example [
             *       "session:*"
             *     ]
             */
            keys?: string[];
        };
        RestoreBackupDto: {
            /** @description Just before this operation */
            before?: components["schemas"]["OperationTime"];
            /** @description Only plans */
            dryRun?: boolean;
            elasticsearch?: components["schemas"]["ElasticsearchSelection"];
            engines?: ("mongodb" | "redis" | "elasticsearch")[];
            /**
             * @example [
             *       "lucid_blockchain.sessions",
             *       "lucid_blockchain.*"
             *     ]
             */
            namespaces?: string[];
            /** Format: date-time */
            pointInTime?: string;
            redis?: components["schemas"]["RedisSelection"];
            /**
             * @example {
             *       "lucid_blockchain.users": "lucid_blockchain.users_old"
             *     }
             */
            renames?: Record<string, never>;
            /** @description Reads the copy of this repository */
            repository?: string;
            /**
             * @description Back up first what would be replaced
             * @default false
             */
            safetyBackup: boolean;
            /** @description This shard of the backup of a sharded cluster */
            shard?: string;
            /** @description Everything into this database */
            targetDatabase?: string;
        };
        RetentionPolicy: {
            /** @description The newest of each of so many days */
            daily?: number;
            /** @description Everything newer than this; 0: no such rule */
            days?: number;
            /** @description The newest of each of so many hours */
            hourly?: number;
            /** @description The newest of each of so many months */
            monthly?: number;
            /** @description The newest of each of so many ISO weeks */
            weekly?: number;
            /** @description The newest of each of so many years */
            yearly?: number;
        };
        ScheduleDto: {
            backup: components["schemas"]["BackupCreatePayload"];
            /** Format: date-time */
            createdAt: string;
            createdBy: string;
            /** @example 0 2 * * * */
            cron: string;
            enabled: boolean;
            /** @example sch_3k9f0a7c1x2m8q4z */
            id: string;
            /** @description Does BACKUP_SCHEDULE name it? Then it can be paused, not removed */
            isConfigured: boolean;
            /** Format: date-time */
            lastDueAt: string | null;
            /** @description Why there is no job of the last run */
            lastError: Record<string, never> | null;
            lastJobId: string | null;
            /** Format: date-time */
            lastMissedAt: string | null;
            /** @enum {string|null} */
            lastState: "queued" | "interrupted" | "running" | "cancelling" | "succeeded" | "degraded" | "failed" | "cancelled" | null;
            /** @description Runs that nobody could ask for, and that were not made up for */
            missedRuns: number;
            name: string;
            /** Format: date-time */
            nextDueAt: string | null;
            /** @description The next five runs; none while it is paused */
            nextRuns: string[];
            /** @description Null: as the repository has it */
            retention: components["schemas"]["RetentionPolicy"] | null;
            /** @example Europe/Vienna */
            timezone: string;
            /** Format: date-time */
            updatedAt: string;
        };
        SchedulesPage: {
            items: components["schemas"]["ScheduleDto"][];
            page: components["schemas"]["SchedulesPageInfo"];
        };
        SchedulesPageInfo: {
            limit: number;
            nextCursor: string | null;
        };
        UpdateScheduleDto: {
            /** @description As the body of backups/create */
            backup?: components["schemas"]["BackupCreatePayload"];
            /**
             * @description minute, hour, day of month, month, weekday; or @daily …
             * @example 0 2 * * *
             */
            cron?: string;
            /**
             * @description A paused schedule misses nothing: it goes on with its next run
             * @default true
             */
            enabled: boolean;
            /** @example nightly */
            name?: string;
            /** @description Null: as the repository has it */
            retention?: components["schemas"]["RetentionPolicy"] | null;
            /**
             * @description IANA time zone; BACKUP_TIMEZONE without it
             * @example Europe/Vienna
             */
            timezone?: string;
        };
    };
    responses: {
        /** @description `VALIDATION_FAILED`: The request is not valid; `MALFORMED_BODY`: The body could not be read */
        Problem400: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `UNAUTHENTICATED`: No valid key or token */
        Problem401: {
            headers: {
                /** @description How to say who calls */
                "WWW-Authenticate"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `FORBIDDEN`: The role does not allow this */
        Problem403: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `NOT_FOUND`: There is nothing here */
        Problem404: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `IDEMPOTENCY_KEY_REUSED`: The idempotency key was used for another request */
        Problem409: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `PRECONDITION_FAILED`: It was changed since it was read */
        Problem412: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `PAYLOAD_TOO_LARGE`: The body is too large */
        Problem413: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `ADDRESS_TOO_LONG`: A part of the address is too long */
        Problem414: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `UNSUPPORTED_MEDIA_TYPE`: The content type is not supported */
        Problem415: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `TOO_MANY_REQUESTS`: Too many requests */
        Problem429: {
            headers: {
                /** @description Seconds to wait */
                "Retry-After"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `MONGODB_UNAVAILABLE`: MongoDB cannot be reached */
        Problem503: {
            headers: {
                /** @description Seconds to wait */
                "Retry-After"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `TIMEOUT`: The engine did not answer in time */
        Problem504: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    AccessKeys_list: {
        parameters: {
            query?: {
                /** @description nextCursor of the page before */
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    AccessKeys_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateApiKeyDto"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    AccessKeys_remove: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            414: components["responses"]["Problem414"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    Backups_list: {
        parameters: {
            query?: {
                /** @description nextCursor of the page before */
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    Backups_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            414: components["responses"]["Problem414"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    Backups_remove: {
        parameters: {
            query?: {
                /** @description The id once more: the last verified backup goes only with it */
                confirm?: string;
                /** @description Only says what would be removed, or why it is refused */
                dryRun?: "true" | "false";
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description With dryRun */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BackupDeletionPlan"];
                };
            };
            /** @description The job */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            414: components["responses"]["Problem414"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    Backups_restore: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same job; with another request the key is refused */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RestoreBackupDto"];
            };
        };
        responses: {
            /** @description The job */
            202: {
                headers: {
                    /** @description Address of the job */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            414: components["responses"]["Problem414"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    Backups_create: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same job; with another request the key is refused */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BackupCreatePayload"];
            };
        };
        responses: {
            /** @description The job */
            202: {
                headers: {
                    /** @description Address of the job */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    Schedules_list: {
        parameters: {
            query?: {
                /** @description nextCursor of the page before */
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SchedulesPage"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    Schedules_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateScheduleDto"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScheduleDto"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    Schedules_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    /** @description Its revision, for If-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScheduleDto"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            414: components["responses"]["Problem414"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    Schedules_remove: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag that it was read with: 412 where it changed */
                "If-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            412: components["responses"]["Problem412"];
            414: components["responses"]["Problem414"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    Schedules_update: {
        parameters: {
            query?: never;
            header?: {
                /** @description ETag that it was read with: 412 where it changed */
                "If-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateScheduleDto"];
            };
        };
        responses: {
            200: {
                headers: {
                    /** @description Its revision, for If-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScheduleDto"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            412: components["responses"]["Problem412"];
            413: components["responses"]["Problem413"];
            414: components["responses"]["Problem414"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    Migrations_list: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MigrationsDto"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    Migrations_down: {
        parameters: {
            query?: {
                /** @description Only says what it would do */
                dryRun?: "true" | "false";
            };
            header?: {
                /** @description The same key and request give the same job; with another request the key is refused */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MigrationDownPayload"];
            };
        };
        responses: {
            /** @description With dryRun */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MigrationPlanDto"];
                };
            };
            /** @description The job */
            202: {
                headers: {
                    /** @description Address of the job */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    Migrations_up: {
        parameters: {
            query?: {
                /** @description Only says what it would do */
                dryRun?: "true" | "false";
            };
            header?: {
                /** @description The same key and request give the same job; with another request the key is refused */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MigrationUpPayload"];
            };
        };
        responses: {
            /** @description With dryRun */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MigrationPlanDto"];
                };
            };
            /** @description The job */
            202: {
                headers: {
                    /** @description Address of the job */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    Jobs_list: {
        parameters: {
            query?: {
                /** @description nextCursor of the page before */
                cursor?: string;
                limit?: number;
                name?: string;
                state?: "queued" | "interrupted" | "running" | "cancelling" | "succeeded" | "degraded" | "failed" | "cancelled";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    Jobs_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            414: components["responses"]["Problem414"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    Jobs_remove: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The job */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            414: components["responses"]["Problem414"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    Jobs_events: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            414: components["responses"]["Problem414"];
            429: components["responses"]["Problem429"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    Health_health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The Health Check is successful */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @example {
                         *       "database": {
                         *         "status": "up",
                         *         "responseTime": 12
                         *       }
                         *     }
                         */
                        details?: {
                            [key: string]: {
                                /** @description Time the health indicator took to respond, in ms */
                                responseTime?: number;
                                /** @enum {string} */
                                status: "up" | "degraded" | "down";
                            } & {
                                [key: string]: unknown;
                            };
                        };
                        /** @example {} */
                        error?: {
                            [key: string]: {
                                /** @description Time the health indicator took to respond, in ms */
                                responseTime?: number;
                                /** @enum {string} */
                                status: "up" | "degraded" | "down";
                            } & {
                                [key: string]: unknown;
                            };
                        } | null;
                        /**
                         * @example {
                         *       "database": {
                         *         "status": "up",
                         *         "responseTime": 12
                         *       }
                         *     }
                         */
                        info?: {
                            [key: string]: {
                                /** @description Time the health indicator took to respond, in ms */
                                responseTime?: number;
                                /** @enum {string} */
                                status: "up" | "degraded" | "down";
                            } & {
                                [key: string]: unknown;
                            };
                        } | null;
                        /**
                         * @example ok
                         * @enum {string}
                         */
                        status?: "ok" | "degraded";
                    };
                };
            };
            /** @description The Health Check is not successful */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @example {
                         *       "database": {
                         *         "status": "up",
                         *         "responseTime": 12
                         *       },
                         *       "redis": {
                         *         "status": "down",
                         *         "message": "Could not connect",
                         *         "responseTime": 3005
                         *       }
                         *     }
                         */
                        details?: {
                            [key: string]: {
                                /** @description Time the health indicator took to respond, in ms */
                                responseTime?: number;
                                /** @enum {string} */
                                status: "up" | "degraded" | "down";
                            } & {
                                [key: string]: unknown;
                            };
                        };
                        /**
                         * @example {
                         *       "redis": {
                         *         "status": "down",
                         *         "message": "Could not connect",
                         *         "responseTime": 3005
                         *       }
                         *     }
                         */
                        error?: {
                            [key: string]: {
                                /** @description Time the health indicator took to respond, in ms */
                                responseTime?: number;
                                /** @enum {string} */
                                status: "up" | "degraded" | "down";
                            } & {
                                [key: string]: unknown;
                            };
                        } | null;
                        /**
                         * @example {
                         *       "database": {
                         *         "status": "up",
                         *         "responseTime": 12
                         *       }
                         *     }
                         */
                        info?: {
                            [key: string]: {
                                /** @description Time the health indicator took to respond, in ms */
                                responseTime?: number;
                                /** @enum {string} */
                                status: "up" | "degraded" | "down";
                            } & {
                                [key: string]: unknown;
                            };
                        } | null;
                        /**
                         * @example error
                         * @enum {string}
                         */
                        status?: "error" | "shutting_down";
                    };
                };
            };
        };
    };
    Health_live: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The Health Check is successful */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @example {
                         *       "database": {
                         *         "status": "up",
                         *         "responseTime": 12
                         *       }
                         *     }
                         */
                        details?: {
                            [key: string]: {
                                /** @description Time the health indicator took to respond, in ms */
                                responseTime?: number;
                                /** @enum {string} */
                                status: "up" | "degraded" | "down";
                            } & {
                                [key: string]: unknown;
                            };
                        };
                        /** @example {} */
                        error?: {
                            [key: string]: {
                                /** @description Time the health indicator took to respond, in ms */
                                responseTime?: number;
                                /** @enum {string} */
                                status: "up" | "degraded" | "down";
                            } & {
                                [key: string]: unknown;
                            };
                        } | null;
                        /**
                         * @example {
                         *       "database": {
                         *         "status": "up",
                         *         "responseTime": 12
                         *       }
                         *     }
                         */
                        info?: {
                            [key: string]: {
                                /** @description Time the health indicator took to respond, in ms */
                                responseTime?: number;
                                /** @enum {string} */
                                status: "up" | "degraded" | "down";
                            } & {
                                [key: string]: unknown;
                            };
                        } | null;
                        /**
                         * @example ok
                         * @enum {string}
                         */
                        status?: "ok" | "degraded";
                    };
                };
            };
            /** @description The Health Check is not successful */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @example {
                         *       "database": {
                         *         "status": "up",
                         *         "responseTime": 12
                         *       },
                         *       "redis": {
                         *         "status": "down",
                         *         "message": "Could not connect",
                         *         "responseTime": 3005
                         *       }
                         *     }
                         */
                        details?: {
                            [key: string]: {
                                /** @description Time the health indicator took to respond, in ms */
                                responseTime?: number;
                                /** @enum {string} */
                                status: "up" | "degraded" | "down";
                            } & {
                                [key: string]: unknown;
                            };
                        };
                        /**
                         * @example {
                         *       "redis": {
                         *         "status": "down",
                         *         "message": "Could not connect",
                         *         "responseTime": 3005
                         *       }
                         *     }
                         */
                        error?: {
                            [key: string]: {
                                /** @description Time the health indicator took to respond, in ms */
                                responseTime?: number;
                                /** @enum {string} */
                                status: "up" | "degraded" | "down";
                            } & {
                                [key: string]: unknown;
                            };
                        } | null;
                        /**
                         * @example {
                         *       "database": {
                         *         "status": "up",
                         *         "responseTime": 12
                         *       }
                         *     }
                         */
                        info?: {
                            [key: string]: {
                                /** @description Time the health indicator took to respond, in ms */
                                responseTime?: number;
                                /** @enum {string} */
                                status: "up" | "degraded" | "down";
                            } & {
                                [key: string]: unknown;
                            };
                        } | null;
                        /**
                         * @example error
                         * @enum {string}
                         */
                        status?: "error" | "shutting_down";
                    };
                };
            };
        };
    };
    Health_ready: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The Health Check is successful */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @example {
                         *       "database": {
                         *         "status": "up",
                         *         "responseTime": 12
                         *       }
                         *     }
                         */
                        details?: {
                            [key: string]: {
                                /** @description Time the health indicator took to respond, in ms */
                                responseTime?: number;
                                /** @enum {string} */
                                status: "up" | "degraded" | "down";
                            } & {
                                [key: string]: unknown;
                            };
                        };
                        /** @example {} */
                        error?: {
                            [key: string]: {
                                /** @description Time the health indicator took to respond, in ms */
                                responseTime?: number;
                                /** @enum {string} */
                                status: "up" | "degraded" | "down";
                            } & {
                                [key: string]: unknown;
                            };
                        } | null;
                        /**
                         * @example {
                         *       "database": {
                         *         "status": "up",
                         *         "responseTime": 12
                         *       }
                         *     }
                         */
                        info?: {
                            [key: string]: {
                                /** @description Time the health indicator took to respond, in ms */
                                responseTime?: number;
                                /** @enum {string} */
                                status: "up" | "degraded" | "down";
                            } & {
                                [key: string]: unknown;
                            };
                        } | null;
                        /**
                         * @example ok
                         * @enum {string}
                         */
                        status?: "ok" | "degraded";
                    };
                };
            };
            /** @description The Health Check is not successful */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @example {
                         *       "database": {
                         *         "status": "up",
                         *         "responseTime": 12
                         *       },
                         *       "redis": {
                         *         "status": "down",
                         *         "message": "Could not connect",
                         *         "responseTime": 3005
                         *       }
                         *     }
                         */
                        details?: {
                            [key: string]: {
                                /** @description Time the health indicator took to respond, in ms */
                                responseTime?: number;
                                /** @enum {string} */
                                status: "up" | "degraded" | "down";
                            } & {
                                [key: string]: unknown;
                            };
                        };
                        /**
                         * @example {
                         *       "redis": {
                         *         "status": "down",
                         *         "message": "Could not connect",
                         *         "responseTime": 3005
                         *       }
                         *     }
                         */
                        error?: {
                            [key: string]: {
                                /** @description Time the health indicator took to respond, in ms */
                                responseTime?: number;
                                /** @enum {string} */
                                status: "up" | "degraded" | "down";
                            } & {
                                [key: string]: unknown;
                            };
                        } | null;
                        /**
                         * @example {
                         *       "database": {
                         *         "status": "up",
                         *         "responseTime": 12
                         *       }
                         *     }
                         */
                        info?: {
                            [key: string]: {
                                /** @description Time the health indicator took to respond, in ms */
                                responseTime?: number;
                                /** @enum {string} */
                                status: "up" | "degraded" | "down";
                            } & {
                                [key: string]: unknown;
                            };
                        } | null;
                        /**
                         * @example error
                         * @enum {string}
                         */
                        status?: "error" | "shutting_down";
                    };
                };
            };
        };
    };
}
