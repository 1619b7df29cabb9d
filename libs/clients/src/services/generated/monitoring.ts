// Written by scripts/docs/openapi.ts from the OpenAPI document beside it; do not change it by hand.

export interface paths {
    "/alerts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What fires now or is about to */
        get: operations["Alerts_list"];
        put?: never;
        post?: never;
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
        /** Jobs of all kinds, newest first */
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
        /** A job, whether it waits, runs or has ended */
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
    "/monitor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Collect now, and set the interval
         * @description Answers when every engine has answered or missed its deadline (10 s at most). A call during a collection joins it.
         */
        post: operations["Monitor_start"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/problems/{code}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What an error code means and what to do
         * @description What an error code means and what to do; the `type` of every problem leads here.
         */
        get: operations["Problems_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The last collected figures, with their time */
        get: operations["Stats_read"];
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
        AlertDto: {
            /** @description The value at which it is over */
            clear: number;
            /** @description The value at which the rule fires */
            fire: number;
            /** @description Which series of it */
            labels: {
                [key: string]: string;
            };
            /**
             * @description The metric that is judged
             * @example database_health_status
             */
            metric: string;
            /**
             * @description The rule
             * @example database_down
             */
            rule: string;
            /** @description What to do */
            runbook: string;
            /** @enum {string} */
            severity: "critical" | "warning" | "info";
            /**
             * Format: date-time
             * @description Since when the value has been beyond the line
             */
            since: string;
            /**
             * @description pending until it has lasted as long as the rule asks
             * @enum {string}
             */
            state: "pending" | "firing";
            summary: string;
            /** @description Its value; percent where the rule compares with a size */
            value: number;
        };
        AlertListDto: {
            /**
             * Format: date-time
             * @description When the rules were last judged
             */
            evaluatedAt: string | null;
            /** @description All of them, the worst and oldest first: the list is as short as the rules */
            items: components["schemas"]["AlertDto"][];
        };
        CollectionOutcomeDto: {
            /** @description Why it is not up */
            code: components["schemas"]["ErrorCode"] | null;
            /**
             * Format: date-time
             * @description When the collection ended: the time of the figures
             */
            collectedAt: string;
            /** @example mongodb */
            collector: string;
            /**
             * @description Which one of the engine
             * @example lucid_blockchain
             */
            database: string;
            durationMs: number;
            /** @enum {string} */
            engine: "mongodb" | "redis" | "elasticsearch";
            /** @description 1 healthy, 0.5 degraded, 0 down; null where not judged */
            health: number | null;
            /** @description Parts that could not be had while the rest could */
            problems: components["schemas"]["PartProblemDto"][];
            /** @description Did it answer? */
            up: boolean;
        };
        CollectionRoundDto: {
            collections: components["schemas"]["CollectionOutcomeDto"][];
            /** @description Seconds between collections */
            intervalSeconds: number;
        };
        CollectionStatsDto: {
            /** @description Why it is not up */
            code: components["schemas"]["ErrorCode"] | null;
            /**
             * Format: date-time
             * @description When the collection ended: the time of the figures
             */
            collectedAt: string;
            /** @example mongodb */
            collector: string;
            /**
             * @description Which one of the engine
             * @example lucid_blockchain
             */
            database: string;
            durationMs: number;
            /** @enum {string} */
            engine: "mongodb" | "redis" | "elasticsearch";
            /** @description Figures by the name of their metric (GET /metrics explains each) */
            figures: {
                [key: string]: components["schemas"]["FigureDto"][];
            };
            /** @description 1 healthy, 0.5 degraded, 0 down; null where not judged */
            health: number | null;
            /** @description Parts that could not be had while the rest could */
            problems: components["schemas"]["PartProblemDto"][];
            /** @description Did it answer? */
            up: boolean;
        };
        /**
         * @description Why it is not up
         * @enum {string}
         */
        ErrorCode: "VALIDATION_FAILED" | "BAD_CURSOR" | "MALFORMED_BODY" | "EXTENDED_JSON_INVALID" | "FILTER_INVALID" | "NAMESPACE_INVALID" | "UNAUTHENTICATED" | "FORBIDDEN" | "NOT_FOUND" | "METHOD_NOT_ALLOWED" | "CONFLICT" | "IDEMPOTENCY_KEY_REUSED" | "DUPLICATE_KEY" | "PRECONDITION_FAILED" | "PAYLOAD_TOO_LARGE" | "REQUEST_TIMEOUT" | "ADDRESS_TOO_LONG" | "UNSUPPORTED_MEDIA_TYPE" | "PRECONDITION_REQUIRED" | "DOCUMENT_TOO_LARGE" | "DOCUMENT_INVALID" | "PROTECTED" | "TOO_MANY_REQUESTS" | "HEADERS_TOO_LARGE" | "INTERNAL" | "MONGODB_UNAVAILABLE" | "REDIS_UNAVAILABLE" | "ELASTICSEARCH_UNAVAILABLE" | "OBJECT_STORE_UNAVAILABLE" | "SERVICE_STOPPING" | "TIMEOUT" | "STORAGE_FULL" | "PERMISSION_DENIED" | "CONFIG_INVALID" | "ENGINE_UNSUITABLE" | "ENGINES_MISSING" | "PROGRAM_MISSING" | "PROGRAM_FAILED" | "JOB_NOT_FOUND" | "JOB_FINISHED" | "JOB_CANCELLED" | "JOB_TIMED_OUT" | "JOB_INTERRUPTED" | "LEASE_LOST" | "LEASE_HELD" | "REPOSITORY_NOT_FOUND" | "REPOSITORY_MISMATCH" | "REPOSITORY_OWNED" | "REPOSITORY_UNUSABLE" | "REPOSITORY_IN_USE" | "RESIDENCY_REFUSED" | "REPOSITORY_FORMAT" | "REPOSITORY_KEY_WRONG" | "REPOSITORY_CORRUPT" | "CHUNK_MISSING" | "CHUNK_CORRUPT" | "MANIFEST_CORRUPT" | "BACKUP_NOT_FOUND" | "BACKUP_IN_USE" | "BACKUP_HELD" | "BACKUP_LAST_VERIFIED" | "BACKUP_DISABLED" | "BACKUP_FIRST_FAILED" | "BACKUP_SCOPE_EMPTY" | "BACKUP_ENGINE_UNSUPPORTED" | "OPLOG_GAP" | "CAPTURE_RESTARTED" | "RESTORE_CONFLICT" | "RESTORE_REFUSED" | "RECOVERY_TIME_UNAVAILABLE" | "RESTORE_MISMATCH" | "IMPORTS_DISABLED" | "DUMP_INVALID" | "RDB_INVALID" | "RDB_UNSUPPORTED" | "VALIDATOR_CONFLICT" | "DOCUMENT_NOT_FOUND" | "PATCH_REFUSED" | "QUERY_NOT_INDEXED" | "CHANGE_HISTORY_LOST" | "COLLECTION_NOT_FOUND" | "COLLECTION_EXISTS" | "COLLECTION_CHANGED" | "CONFIRMATION_REQUIRED" | "DEFINITION_INVALID" | "INDEX_NOT_FOUND" | "INDEX_CONFLICT" | "NOT_REPLICA_SET" | "NOT_SHARDED" | "MEMBER_NOT_FOUND" | "RECONFIGURATION_REFUSED" | "STEP_DOWN_REFUSED" | "MEMBER_NOT_READY" | "SHARDING_REFUSED" | "SHARD_NOT_FOUND" | "ZONE_NOT_FOUND" | "OPERATION_NOT_FOUND" | "OPERATION_PROTECTED" | "QUERY_REFUSED" | "INDEX_ADVICE_NOT_FOUND" | "MIGRATION_NOT_FOUND" | "MIGRATION_UNKNOWN" | "MIGRATION_CHANGED" | "MIGRATION_IRREVERSIBLE" | "MIGRATION_FAILED" | "CACHE_KEY_NOT_FOUND" | "VOLUME_NOT_FOUND" | "SCHEDULE_NOT_FOUND" | "API_KEY_NOT_FOUND";
        FigureDto: {
            labels: {
                [key: string]: string;
            };
            value: number | components["schemas"]["HistogramDto"];
        };
        HistogramDto: {
            /** @description Observations at or below each bound */
            buckets: {
                count?: number;
                le?: number;
            }[];
            /** @description Number of observations */
            count: number;
            /** @description Sum of all observations, in the unit of the metric */
            sum: number;
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
                note?: string;
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
        PageInfo: {
            limit: number;
            /** @description Null on the last page */
            nextCursor: string | null;
        };
        PartProblemDto: {
            code: components["schemas"]["ErrorCode"];
            /** @example oplog */
            part: string;
        };
        /** @description What went wrong and what to do (RFC 9457); `code` is one of docs/errors.md */
        Problem: {
            /** @enum {string} */
            code: "VALIDATION_FAILED" | "BAD_CURSOR" | "MALFORMED_BODY" | "EXTENDED_JSON_INVALID" | "FILTER_INVALID" | "NAMESPACE_INVALID" | "UNAUTHENTICATED" | "FORBIDDEN" | "NOT_FOUND" | "METHOD_NOT_ALLOWED" | "CONFLICT" | "IDEMPOTENCY_KEY_REUSED" | "DUPLICATE_KEY" | "PRECONDITION_FAILED" | "PAYLOAD_TOO_LARGE" | "REQUEST_TIMEOUT" | "ADDRESS_TOO_LONG" | "UNSUPPORTED_MEDIA_TYPE" | "PRECONDITION_REQUIRED" | "DOCUMENT_TOO_LARGE" | "DOCUMENT_INVALID" | "PROTECTED" | "TOO_MANY_REQUESTS" | "HEADERS_TOO_LARGE" | "INTERNAL" | "MONGODB_UNAVAILABLE" | "REDIS_UNAVAILABLE" | "ELASTICSEARCH_UNAVAILABLE" | "OBJECT_STORE_UNAVAILABLE" | "SERVICE_STOPPING" | "TIMEOUT" | "STORAGE_FULL" | "PERMISSION_DENIED" | "CONFIG_INVALID" | "ENGINE_UNSUITABLE" | "ENGINES_MISSING" | "PROGRAM_MISSING" | "PROGRAM_FAILED" | "JOB_NOT_FOUND" | "JOB_FINISHED" | "JOB_CANCELLED" | "JOB_TIMED_OUT" | "JOB_INTERRUPTED" | "LEASE_LOST" | "LEASE_HELD" | "REPOSITORY_NOT_FOUND" | "REPOSITORY_MISMATCH" | "REPOSITORY_OWNED" | "REPOSITORY_UNUSABLE" | "REPOSITORY_IN_USE" | "RESIDENCY_REFUSED" | "REPOSITORY_FORMAT" | "REPOSITORY_KEY_WRONG" | "REPOSITORY_CORRUPT" | "CHUNK_MISSING" | "CHUNK_CORRUPT" | "MANIFEST_CORRUPT" | "BACKUP_NOT_FOUND" | "BACKUP_IN_USE" | "BACKUP_HELD" | "BACKUP_LAST_VERIFIED" | "BACKUP_DISABLED" | "BACKUP_FIRST_FAILED" | "BACKUP_SCOPE_EMPTY" | "BACKUP_ENGINE_UNSUPPORTED" | "OPLOG_GAP" | "CAPTURE_RESTARTED" | "RESTORE_CONFLICT" | "RESTORE_REFUSED" | "RECOVERY_TIME_UNAVAILABLE" | "RESTORE_MISMATCH" | "IMPORTS_DISABLED" | "DUMP_INVALID" | "RDB_INVALID" | "RDB_UNSUPPORTED" | "VALIDATOR_CONFLICT" | "DOCUMENT_NOT_FOUND" | "PATCH_REFUSED" | "QUERY_NOT_INDEXED" | "CHANGE_HISTORY_LOST" | "COLLECTION_NOT_FOUND" | "COLLECTION_EXISTS" | "COLLECTION_CHANGED" | "CONFIRMATION_REQUIRED" | "DEFINITION_INVALID" | "INDEX_NOT_FOUND" | "INDEX_CONFLICT" | "NOT_REPLICA_SET" | "NOT_SHARDED" | "MEMBER_NOT_FOUND" | "RECONFIGURATION_REFUSED" | "STEP_DOWN_REFUSED" | "MEMBER_NOT_READY" | "SHARDING_REFUSED" | "SHARD_NOT_FOUND" | "ZONE_NOT_FOUND" | "OPERATION_NOT_FOUND" | "OPERATION_PROTECTED" | "QUERY_REFUSED" | "INDEX_ADVICE_NOT_FOUND" | "MIGRATION_NOT_FOUND" | "MIGRATION_UNKNOWN" | "MIGRATION_CHANGED" | "MIGRATION_IRREVERSIBLE" | "MIGRATION_FAILED" | "CACHE_KEY_NOT_FOUND" | "VOLUME_NOT_FOUND" | "SCHEDULE_NOT_FOUND" | "API_KEY_NOT_FOUND";
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
        ProblemKind: {
            /** @enum {string} */
            code: "VALIDATION_FAILED" | "BAD_CURSOR" | "MALFORMED_BODY" | "EXTENDED_JSON_INVALID" | "FILTER_INVALID" | "NAMESPACE_INVALID" | "UNAUTHENTICATED" | "FORBIDDEN" | "NOT_FOUND" | "METHOD_NOT_ALLOWED" | "CONFLICT" | "IDEMPOTENCY_KEY_REUSED" | "DUPLICATE_KEY" | "PRECONDITION_FAILED" | "PAYLOAD_TOO_LARGE" | "REQUEST_TIMEOUT" | "ADDRESS_TOO_LONG" | "UNSUPPORTED_MEDIA_TYPE" | "PRECONDITION_REQUIRED" | "DOCUMENT_TOO_LARGE" | "DOCUMENT_INVALID" | "PROTECTED" | "TOO_MANY_REQUESTS" | "HEADERS_TOO_LARGE" | "INTERNAL" | "MONGODB_UNAVAILABLE" | "REDIS_UNAVAILABLE" | "ELASTICSEARCH_UNAVAILABLE" | "OBJECT_STORE_UNAVAILABLE" | "SERVICE_STOPPING" | "TIMEOUT" | "STORAGE_FULL" | "PERMISSION_DENIED" | "CONFIG_INVALID" | "ENGINE_UNSUITABLE" | "ENGINES_MISSING" | "PROGRAM_MISSING" | "PROGRAM_FAILED" | "JOB_NOT_FOUND" | "JOB_FINISHED" | "JOB_CANCELLED" | "JOB_TIMED_OUT" | "JOB_INTERRUPTED" | "LEASE_LOST" | "LEASE_HELD" | "REPOSITORY_NOT_FOUND" | "REPOSITORY_MISMATCH" | "REPOSITORY_OWNED" | "REPOSITORY_UNUSABLE" | "REPOSITORY_IN_USE" | "RESIDENCY_REFUSED" | "REPOSITORY_FORMAT" | "REPOSITORY_KEY_WRONG" | "REPOSITORY_CORRUPT" | "CHUNK_MISSING" | "CHUNK_CORRUPT" | "MANIFEST_CORRUPT" | "BACKUP_NOT_FOUND" | "BACKUP_IN_USE" | "BACKUP_HELD" | "BACKUP_LAST_VERIFIED" | "BACKUP_DISABLED" | "BACKUP_FIRST_FAILED" | "BACKUP_SCOPE_EMPTY" | "BACKUP_ENGINE_UNSUPPORTED" | "OPLOG_GAP" | "CAPTURE_RESTARTED" | "RESTORE_CONFLICT" | "RESTORE_REFUSED" | "RECOVERY_TIME_UNAVAILABLE" | "RESTORE_MISMATCH" | "IMPORTS_DISABLED" | "DUMP_INVALID" | "RDB_INVALID" | "RDB_UNSUPPORTED" | "VALIDATOR_CONFLICT" | "DOCUMENT_NOT_FOUND" | "PATCH_REFUSED" | "QUERY_NOT_INDEXED" | "CHANGE_HISTORY_LOST" | "COLLECTION_NOT_FOUND" | "COLLECTION_EXISTS" | "COLLECTION_CHANGED" | "CONFIRMATION_REQUIRED" | "DEFINITION_INVALID" | "INDEX_NOT_FOUND" | "INDEX_CONFLICT" | "NOT_REPLICA_SET" | "NOT_SHARDED" | "MEMBER_NOT_FOUND" | "RECONFIGURATION_REFUSED" | "STEP_DOWN_REFUSED" | "MEMBER_NOT_READY" | "SHARDING_REFUSED" | "SHARD_NOT_FOUND" | "ZONE_NOT_FOUND" | "OPERATION_NOT_FOUND" | "OPERATION_PROTECTED" | "QUERY_REFUSED" | "INDEX_ADVICE_NOT_FOUND" | "MIGRATION_NOT_FOUND" | "MIGRATION_UNKNOWN" | "MIGRATION_CHANGED" | "MIGRATION_IRREVERSIBLE" | "MIGRATION_FAILED" | "CACHE_KEY_NOT_FOUND" | "VOLUME_NOT_FOUND" | "SCHEDULE_NOT_FOUND" | "API_KEY_NOT_FOUND";
            remedy: string;
            /** @description May the same request succeed later, unchanged? */
            retryable: boolean;
            /** @description HTTP status of the answers that carry it */
            status: number;
            title: string;
        };
        StartCollectionDto: {
            /** @description Seconds between collections from now on, until the service ends (then MONITORING_INTERVAL counts again) */
            interval?: number;
        };
        StatsDto: {
            collections: components["schemas"]["CollectionStatsDto"][];
            /** @description Seconds between collections */
            intervalSeconds: number;
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
        /** @description `HEADERS_TOO_LARGE`: Address and headers are too large */
        Problem431: {
            headers: {
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
    Alerts_list: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlertListDto"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
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
            /** @description A page of the list */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Job"][];
                        page: components["schemas"]["PageInfo"];
                    };
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid; `BAD_CURSOR`: The cursor does not belong to this query */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
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
            /** @description The job */
            200: {
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
            /** @description `NOT_FOUND`: There is nothing here; `JOB_NOT_FOUND`: There is no such job */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            414: components["responses"]["Problem414"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
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
            /** @description `NOT_FOUND`: There is nothing here; `JOB_NOT_FOUND`: There is no such job */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `JOB_FINISHED`: The job has already ended */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            414: components["responses"]["Problem414"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    Jobs_events: {
        parameters: {
            query?: never;
            header?: {
                /** @description Revision that was seen last: only later ones follow */
                "Last-Event-ID"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events named `job`: the id is the revision, the data the job */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            /** @description `NOT_FOUND`: There is nothing here; `JOB_NOT_FOUND`: There is no such job */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            414: components["responses"]["Problem414"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
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
    Monitor_start: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StartCollectionDto"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CollectionRoundDto"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    Problems_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                code: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemKind"];
                };
            };
            400: components["responses"]["Problem400"];
            404: components["responses"]["Problem404"];
            414: components["responses"]["Problem414"];
        };
    };
    Stats_read: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StatsDto"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
}
