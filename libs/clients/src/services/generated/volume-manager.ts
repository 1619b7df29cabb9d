// Written by scripts/docs/openapi.ts from the OpenAPI document beside it; do not change it by hand.

export interface paths {
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
    "/api/v1/volumes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The volumes, each with quota, allocated and used */
        get: operations["Volumes_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/volumes/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One volume */
        get: operations["Volumes_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/volumes/{id}/usage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the volume holds, and how old that figure is */
        get: operations["Volumes_usage"];
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
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
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
        VolumeDto: {
            /**
             * Format: int64
             * @description What is taken on the file system under the volume, by whomever: a directory shares it. Null when down
             */
            allocatedBytes: number | null;
            /**
             * Format: int64
             * @description What is left on the file system for ordinary users
             */
            availableBytes: number | null;
            /** @description Percent from which the state is critical */
            criticalPercent: number;
            /**
             * @description directory: a plain folder, whose quota is watched and not enforced
             * @enum {string}
             */
            driver: "directory";
            /**
             * Format: int64
             * @description Size of the file system under the volume
             */
            fileSystemBytes: number | null;
            /** @description How full the file system is for ordinary users, as df says */
            fileSystemPercent: number | null;
            /** @example vol_3k9f0a7c1x2m8q4z */
            id: string;
            /** @example storage */
            name: string;
            /** @example /data */
            path: string;
            /**
             * Format: int64
             * @description What the volume may take: VOLUME_MAX_SIZE_GB
             */
            quotaBytes: number;
            /**
             * @description warning and critical by the thresholds, for the quota or the file system, whichever is fuller; down: not there
             * @enum {string}
             */
            state: "healthy" | "warning" | "critical" | "down";
            /**
             * Format: date-time
             * @description When usedBytes was counted
             */
            usageMeasuredAt: string | null;
            /**
             * Format: int64
             * @description What the files of the volume take on disk (blocks, not lengths; hard links once). Null until counted
             */
            usedBytes: number | null;
            /** @description usedBytes of quotaBytes */
            usedPercent: number | null;
            /** @description Percent from which the state is warning */
            warningPercent: number;
        };
        VolumePage: {
            items: components["schemas"]["VolumeDto"][];
            page: components["schemas"]["VolumePageInfo"];
        };
        VolumePageInfo: {
            limit: number;
            nextCursor: string | null;
        };
        VolumeUsageDto: {
            /** @description How old the figures are */
            ageSeconds: number | null;
            /** @description How long the count took */
            durationMs: number | null;
            /** @description Files and links; one with several names counts once */
            files: number | null;
            /** @description Folders, the volume itself included */
            folders: number | null;
            /** Format: date-time */
            measuredAt: string | null;
            /** @description A count runs now */
            measuring: boolean;
            /** @description Folders that could not be read: their content is missing here */
            unreadable: number | null;
            /**
             * Format: int64
             * @description Space that files and folders take on disk; null until the first count has ended
             */
            usedBytes: number | null;
            volumeId: string;
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
    Volumes_list: {
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
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VolumePage"];
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
    Volumes_get: {
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
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VolumeDto"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            /** @description VOLUME_NOT_FOUND */
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
    Volumes_usage: {
        parameters: {
            query?: {
                /** @description Count anew. Waits 10 s at most; a longer count goes on, and the answer then has the last one */
                refresh?: boolean;
            };
            header?: never;
            path: {
                id: string;
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
                    "application/json": components["schemas"]["VolumeUsageDto"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            /** @description VOLUME_NOT_FOUND */
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
}
