// Written by scripts/docs/openapi.ts from the OpenAPI document beside it; do not change it by hand.

export interface paths {
    "/api/v1/backups/{id}/copies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Copies the backup into another repository */
        post: operations["BackupCopies_copy"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/backups/{id}/drills": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Restores the backup into a place of its own, compares it and throws it away
         * @description Restores the backup into a place of its own, compares it and throws it away: 202 and the job.
         */
        post: operations["Drills_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/backups/{id}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A backup of MongoDB as a file for `mongorestore --archive [--gzip] [--oplogReplay]` */
        get: operations["Exports_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/backups/{id}/export/redis": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A backup of Redis as an RDB file, which redis-server loads at its start */
        get: operations["Exports_getRdb"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/backups/{id}/hold": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Keeps the backup whatever the rules say, and whoever asks for its removal
         * @description Keeps the backup whatever the rules say, and whoever asks for its removal; in place of a hold that is there.
         */
        put: operations["Holds_put"];
        post?: never;
        /**
         * Lifts the hold
         * @description Lifts the hold: the rules count again. Twice is as once.
         */
        delete: operations["Holds_remove"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/backups/{id}/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Checks a backup, at one of four depths
         * @description Checks a backup, at one of four depths: 202 and the job.
         */
        post: operations["Verification_verify"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/drills": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Drills, newest first */
        get: operations["Drills_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/imports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Dumps in the import folder, by name */
        get: operations["Imports_list"];
        put?: never;
        /**
         * Makes a backup of a dump in the import folder
         * @description Makes a backup of a dump in the import folder: 202 and the job.
         */
        post: operations["Imports_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/imports/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Uploads a file of `mongodump --archive`, packed with gzip or not, into the import folder */
        put: operations["Imports_update"];
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
    "/api/v1/recovery-windows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The windows with the backups that begin them, the gaps between them, and how the capture of the oplog stands */
        get: operations["RecoveryWindows_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/recovery-windows/operations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Operations in the captured oplog, oldest first
         * @description Operations in the captured oplog, oldest first: `before` of one found is that of a restore which undoes it.
         */
        get: operations["RecoveryWindows_search"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/repositories": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The repositories, `default` first, each with its state */
        get: operations["Repositories_list"];
        put?: never;
        /** Opens a repository, or makes it where there is none, and keeps it */
        post: operations["Repositories_add"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/repositories/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A repository and its state */
        get: operations["Repositories_get"];
        put?: never;
        post?: never;
        /** Forgets a repository that was added here; what it holds stays */
        delete: operations["Repositories_remove"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/repositories/{name}/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Looks at every backup, and at every chunk once; damage makes the job degraded */
        post: operations["Repositories_check"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/repositories/{name}/garbage-collection": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** One step of the collection: what no backup needs is condemned, and deleted by a later one */
        post: operations["Repositories_collectGarbage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/repositories/{name}/keys/rewrap-master-key": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Wraps the keys by BACKUP_MASTER_KEY, where one of BACKUP_PREVIOUS_KEYS does */
        post: operations["Repositories_rewrap"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/repositories/{name}/keys/rotate-data-key": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A new key for what is stored from now on */
        post: operations["Repositories_rotateDataKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/repositories/{name}/repair": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sets damage aside, and brings back from a replica what that has sound */
        post: operations["Repositories_repair"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/repositories/{name}/scan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Rebuilds the catalogue of backups from the repository */
        post: operations["Repositories_scan"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/restores": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Starts a restore, or with `dryRun` its plan */
        post: operations["Restores_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/retention/expire": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Removes now what the rules no longer keep
         * @description Removes now what the rules no longer keep: 202 and the job. It runs by itself after each scheduled backup and every day.
         */
        post: operations["Retention_expire"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/retention/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What would be removed now, and why what is kept is kept
         * @description What would be removed now, and why what is kept is kept; with rules in the query, what these would do instead. Removes nothing.
         */
        get: operations["Retention_preview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/verifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Reads the next part of a repository's chunks
         * @description Reads the next part of a repository's chunks: 202 and the job.
         */
        post: operations["Verification_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/backup": {
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
         * @description Starts a backup: 202 and its job.
         */
        post: operations["Backups_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/backup/{jobId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The job of a backup */
        get: operations["Backups_get"];
        put?: never;
        post?: never;
        /**
         * Cancels the backup
         * @description Cancels the backup: at once while it waits, within 5 s while it runs.
         */
        delete: operations["Backups_remove"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/backups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Backups, newest first */
        get: operations["Backups_list"];
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
        AddRepositoryDto: {
            /**
             * @description Bytes a second
             * @example 50MB
             */
            bandwidthLimit?: string;
            /** @description Fixed for its life; left out: as `default` */
            compression?: boolean;
            /** @description Fixed for its life; left out: as `default` */
            encryption?: boolean;
            /**
             * @description Shares the keys of `default`: chunks are copied as they are, and it can mend it
             * @default false
             */
            isReplica?: boolean;
            /** @enum {string} */
            kind: "file" | "s3";
            /**
             * @description Data may leave the region of the cluster for it
             * @default false
             */
            leavesRegion?: boolean;
            /** @example offsite */
            name: string;
            /**
             * @description Of the kind file: an absolute path
             * @example /mnt/offsite/lucid
             */
            path?: string;
            /**
             * @description Where its data lie; left out: the region of the bucket, or the one of the cluster
             * @example eu-central-1
             */
            region?: string;
            retention?: components["schemas"]["RetentionPolicy"];
            /** @description Of the kind s3 */
            s3?: components["schemas"]["BucketDto"];
            /**
             * @description Takes it over from the cluster that owns it
             * @default false
             */
            takeOver?: boolean;
        };
        BackupCopyView: {
            /** Format: date-time */
            lastDrilledAt: string | null;
            /** @description Was what the last drill restored the backup? */
            lastDrillOk: boolean | null;
            /** @description How long the restore of the last drill took */
            lastDrillSeconds: number | null;
            /** Format: date-time */
            lastVerifiedAt: string | null;
            lastVerifiedLevel: string | null;
            repository: string;
        };
        BackupCreatePayload: {
            /** @description Only these collections of `database` */
            collections?: string[];
            /** @description Must agree with the repository */
            compression?: boolean;
            /**
             * @default converged
             * @enum {string}
             */
            consistency?: "converged" | "strict" | "per-engine";
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
            repository?: string;
        };
        BackupExpirePayload: {
            /** @default default */
            repository?: string;
        };
        BackupHoldView: {
            /** Format: date-time */
            heldAt: string;
            /** @description Who put it */
            heldBy: string;
            reason: string;
            /**
             * Format: date-time
             * @description When it ends by itself
             */
            until: string | null;
        };
        BackupImportPayload: {
            label?: string;
            /** @example nightly.archive.gz */
            path: string;
            /** @default default */
            repository?: string;
        };
        BackupRestorePayload: {
            backupId: string;
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
            safetyBackup?: boolean;
            /** @description This shard of the backup of a sharded cluster */
            shard?: string;
            /** @description Everything into this database */
            targetDatabase?: string;
        };
        BackupVerifySamplePayload: {
            days?: number;
            /** @description Left out: every repository */
            repository?: string;
        };
        BackupView: {
            /**
             * Format: date-time
             * @description The instant of the data it brings back
             */
            consistentAt: string | null;
            /** @description The same of each repository where anything is known */
            copies: components["schemas"]["BackupCopyView"][];
            /** Format: date-time */
            createdAt: string;
            documents: number;
            engines: string[];
            /** Format: date-time */
            finishedAt: string | null;
            hold: components["schemas"]["BackupHoldView"] | null;
            /** @example bkp_3k9f0a7c1x2m8q4z */
            id: string;
            /** @description The dump it was imported from */
            importedFrom: string | null;
            /** @description Is a part of what was asked for not in it? */
            isDegraded: boolean;
            jobId: string | null;
            label: string | null;
            /** Format: date-time */
            lastDrilledAt: string | null;
            /** @description Was what the last drill restored the backup? */
            lastDrillOk: boolean | null;
            /** @description How long the restore of the last drill took */
            lastDrillSeconds: number | null;
            /** Format: date-time */
            lastVerifiedAt: string | null;
            lastVerifiedLevel: string | null;
            namespaces: string[];
            newChunks: number;
            /** @description Bytes before compression */
            plainBytes: number;
            /** @description Every repository that holds it */
            repositories: string[];
            repository: string;
            /** @description Of its schedule when it was made */
            retention: components["schemas"]["RetentionPolicy"] | null;
            reusedChunks: number;
            /** @description The schedule that asked for it */
            scheduleId: string | null;
            /** @description Seconds between the earliest and the latest state of its engines */
            skewSeconds: number;
            /** @description Bytes it added to the repository */
            storedBytes: number;
        };
        BaseBackupView: {
            /** @description The instant the backup itself brings back */
            consistentAt: components["schemas"]["MomentView"];
            id: string;
        };
        BucketDto: {
            accessKey: string;
            /** @example lucid-backups */
            bucket: string;
            /** @description Certificates (PEM) that the endpoint is checked against */
            ca?: string;
            /**
             * @description Left out: Amazon's of the region
             * @example https://s3.example.com
             */
            endpoint?: string;
            /** @example lucid/production */
            prefix?: string;
            /**
             * @description As the store calls it
             * @example eu-central-1
             */
            region: string;
            secretKey: string;
        };
        CheckRepositoryDto: {
            /**
             * @default ciphertext
             * @enum {string}
             */
            level?: "manifest" | "ciphertext" | "plaintext";
            /** @example 0.05 */
            sample?: number;
        };
        CollectGarbageDto: {
            /** @description Only says what would be done */
            dryRun?: boolean;
        };
        CopyBackupDto: {
            /**
             * @description Where from; left out: whichever holds it
             * @example default
             */
            from?: string;
            /**
             * @description Where to
             * @example s3
             */
            repository: string;
        };
        DrillBackupDto: {
            /** @description Reads the copy of this repository */
            repository?: string;
            /** @enum {string} */
            target?: "disposable" | "scratch";
        };
        DrillPage: {
            items: components["schemas"]["DrillView"][];
            page: components["schemas"]["DrillPageInfo"];
        };
        DrillPageInfo: {
            limit: number;
            nextCursor: string | null;
        };
        DrillView: {
            /** @description Null while a scheduled drill has not chosen one */
            backupId: string | null;
            collections: number | null;
            /** Format: date-time */
            createdAt: string;
            /** @description Documents whose bytes were compared */
            documents: number | null;
            /** @description Why it failed */
            error: string | null;
            /** Format: date-time */
            finishedAt: string | null;
            /** @description Of its job */
            id: string;
            /** @description Was what it restored the backup? Null: not known */
            ok: boolean | null;
            /** @description The measured recovery time */
            restoreSeconds: number | null;
            /** @enum {string} */
            state: "queued" | "interrupted" | "running" | "cancelling" | "succeeded" | "degraded" | "failed" | "cancelled";
            /** @enum {string|null} */
            target: "disposable" | "scratch" | null;
        };
        DumpPage: {
            items: components["schemas"]["DumpView"][];
            page: components["schemas"]["DumpPageInfo"];
        };
        DumpPageInfo: {
            limit: number;
            nextCursor: string | null;
        };
        DumpView: {
            /** @enum {string} */
            kind: "file" | "folder";
            /** Format: date-time */
            modifiedAt: string;
            /**
             * @description What `path` of an import takes
             * @example nightly.archive.gz
             */
            name: string;
            /**
             * Format: int64
             * @description Null for a folder
             */
            sizeBytes: number | null;
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
        MomentView: {
            /** Format: date-time */
            at: string;
            clusterTime: components["schemas"]["OperationTime"];
        };
        OperationsView: {
            /** @description Oldest first */
            items: components["schemas"]["OperationView"][];
            page: components["schemas"]["PageView"];
        };
        OperationTime: {
            /** @example 1 */
            i: number;
            /** @example 1767225600 */
            t: number;
        };
        OperationView: {
            /** @description `before` of a restore that undoes it */
            before: components["schemas"]["OperationTime"];
            /** @description `_id` as canonical Extended JSON */
            id?: Record<string, never>;
            isInTransaction: boolean;
            /** @example drop */
            kind: string;
            namespace: string;
            /** @description When it took effect; for one of a transaction, its commit */
            time: components["schemas"]["MomentView"];
            /** @description New name, of a rename */
            to?: string;
        };
        OplogCaptureView: {
            /** @description Error code, while it stands still */
            failure?: string;
            /** @description Is it the process that answers which captures? */
            isActive: boolean;
            /** @description BACKUP_PITR_ENABLED */
            isEnabled: boolean;
            /** @description Time of the cluster that is not stored yet */
            lagSeconds?: number;
            /** Format: date-time */
            lastSliceAt?: string;
            /** @description What the oplog of the member that is read may take */
            oplogLimitBytes?: number;
        };
        PageInfo: {
            limit: number;
            /** @description Null on the last page */
            nextCursor: string | null;
        };
        PageView: {
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
        PutHoldDto: {
            /** @example audit of 2026 */
            reason: string;
            /**
             * Format: date-time
             * @description When it ends by itself; never without it
             */
            until?: string;
        };
        RecoveryGapView: {
            /** Format: date-time */
            foundAt: string;
            from: components["schemas"]["MomentView"];
            id: string;
            reason: string;
            replicaSet: string;
            /** @description The same as `from` where a restore in place divides two windows */
            to: components["schemas"]["MomentView"];
        };
        RecoveryWindowsView: {
            capture: components["schemas"]["OplogCaptureView"];
            gaps: components["schemas"]["RecoveryGapView"][];
            /** @description Oldest first */
            items: components["schemas"]["RecoveryWindowView"][];
        };
        RecoveryWindowView: {
            /** @description Backups a restore can begin with, oldest first */
            backups: components["schemas"]["BaseBackupView"][];
            /** @description Its second is complete once the window has gone beyond it */
            end: components["schemas"]["MomentView"];
            /** @description Id of the replica set */
            replicaSet: string;
            start: components["schemas"]["MomentView"];
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
        RepairRepositoryDto: {
            /** @description A repository with the same keys */
            from?: string;
        };
        RepositoryCheckView: {
            /** Format: date-time */
            at: string;
            damagedBackups: number;
            jobId: string | null;
            /** @enum {string} */
            level: "manifest" | "ciphertext" | "plaintext";
        };
        RepositoryKeysView: {
            /** @description How many data keys there are */
            dataKeys: number;
            keySetVersion: number;
            /** @description Names the master key and tells nothing about it */
            masterKeyId: string | null;
        };
        RepositoryOwnerView: {
            clusterId: string;
            /** @description Grows with every take-over */
            epoch: number;
        };
        RepositoryPage: {
            items: components["schemas"]["RepositoryView"][];
            page: components["schemas"]["RepositoryPageInfo"];
        };
        RepositoryPageInfo: {
            limit: number;
            nextCursor: string | null;
        };
        RepositoryReasonView: {
            /** @example OBJECT_STORE_UNAVAILABLE */
            code: string;
            detail: string;
        };
        RepositoryView: {
            /** @description Bytes a second */
            bandwidthLimit: number | null;
            /** @enum {string} */
            compression: "zstd" | "none";
            /** @enum {string} */
            encryption: "aes-256-gcm" | "none";
            isReplica: boolean;
            keys: components["schemas"]["RepositoryKeysView"] | null;
            /** @enum {string} */
            kind: "file" | "s3";
            lastCheck: components["schemas"]["RepositoryCheckView"] | null;
            leavesRegion: boolean;
            /**
             * @description A path, or endpoint, bucket and prefix
             * @example /backups
             */
            location: string;
            /** @example default */
            name: string;
            /** @enum {string} */
            origin: "settings" | "added";
            owner: components["schemas"]["RepositoryOwnerView"] | null;
            /** @description Why it is not ready */
            reason: components["schemas"]["RepositoryReasonView"] | null;
            region: string | null;
            /** @description The same for replicas */
            repositoryId: string | null;
            /** @description Null: the rules of the settings */
            retention: components["schemas"]["RetentionPolicy"] | null;
            /** @enum {string} */
            state: "ready" | "read-only" | "owned-by-another" | "damaged" | "unreachable";
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
        RetentionPreview: {
            /** @description Was this policy tried in place of all that are set? */
            isTried: boolean;
            /** @description Newest first */
            items: components["schemas"]["RetentionPreviewItem"][];
            kept: number;
            /**
             * Format: date-time
             * @description The instant the answer is of
             */
            now: string;
            page: components["schemas"]["RetentionPreviewPage"];
            /** @description What counts where a schedule has no rules of its own */
            policy: components["schemas"]["RetentionPolicy"];
            removed: number;
            repository: string;
        };
        RetentionPreviewItem: {
            /** @example bkp_3k9f0a7c1x2m8q4z */
            backupId: string;
            /** Format: date-time */
            createdAt: string;
            keep: boolean;
            /**
             * @example [
             *       "newer than 30 days",
             *       "daily 3 of 7: 2026-11-18"
             *     ]
             */
            reasons: string[];
            scheduleId: string | null;
            /** @description Bytes it added to the repository; what its removal frees may be less */
            storedBytes: number;
        };
        RetentionPreviewPage: {
            limit: number;
            nextCursor: string | null;
        };
        VerifyBackupDto: {
            /**
             * @default plaintext
             * @enum {string}
             */
            level?: "manifest" | "ciphertext" | "plaintext" | "drill";
            /** @description Reads the copy of this repository */
            repository?: string;
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
    BackupCopies_copy: {
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
                "application/json": components["schemas"]["CopyBackupDto"];
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
            /** @description `NOT_FOUND`: There is nothing here; `BACKUP_NOT_FOUND`: There is no such backup; `REPOSITORY_NOT_FOUND`: There is no such repository */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            414: components["responses"]["Problem414"];
            415: components["responses"]["Problem415"];
            /** @description `RESIDENCY_REFUSED`: Data may not leave this region */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    Drills_create: {
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
                "application/json": components["schemas"]["DrillBackupDto"];
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
            /** @description `NOT_FOUND`: There is nothing here; `BACKUP_NOT_FOUND`: There is no such backup; `REPOSITORY_NOT_FOUND`: There is no such repository */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            414: components["responses"]["Problem414"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    Exports_get: {
        parameters: {
            query?: {
                gzip?: boolean;
                namespaces?: string[];
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
                    "application/octet-stream": string;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            /** @description `NOT_FOUND`: There is nothing here; `BACKUP_NOT_FOUND`: There is no such backup; `REPOSITORY_NOT_FOUND`: There is no such repository */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            414: components["responses"]["Problem414"];
            /** @description `BACKUP_ENGINE_UNSUPPORTED`: This engine cannot be backed up here */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    Exports_getRdb: {
        parameters: {
            query?: {
                databases?: number[];
                keys?: string[];
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
                    "application/octet-stream": string;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            /** @description `NOT_FOUND`: There is nothing here; `BACKUP_NOT_FOUND`: There is no such backup; `REPOSITORY_NOT_FOUND`: There is no such repository */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            414: components["responses"]["Problem414"];
            /** @description `BACKUP_ENGINE_UNSUPPORTED`: This engine cannot be backed up here */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    Holds_put: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PutHoldDto"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BackupView"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            /** @description `NOT_FOUND`: There is nothing here; `BACKUP_NOT_FOUND`: There is no such backup */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["Problem413"];
            414: components["responses"]["Problem414"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    Holds_remove: {
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
                    "application/json": components["schemas"]["BackupView"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            /** @description `NOT_FOUND`: There is nothing here; `BACKUP_NOT_FOUND`: There is no such backup */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            414: components["responses"]["Problem414"];
            /** @description `PROTECTED`: The cluster is protected against destructive calls */
            423: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    Verification_verify: {
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
                "application/json": components["schemas"]["VerifyBackupDto"];
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
            /** @description `NOT_FOUND`: There is nothing here; `BACKUP_NOT_FOUND`: There is no such backup; `REPOSITORY_NOT_FOUND`: There is no such repository */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            414: components["responses"]["Problem414"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    Drills_list: {
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
                    "application/json": components["schemas"]["DrillPage"];
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
    Imports_list: {
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
                    "application/json": components["schemas"]["DumpPage"];
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
            /** @description `IMPORTS_DISABLED`: There is no folder for imports */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    Imports_create: {
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
                "application/json": components["schemas"]["BackupImportPayload"];
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
            /** @description `REPOSITORY_NOT_FOUND`: There is no such repository */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `IDEMPOTENCY_KEY_REUSED`: The idempotency key was used for another request; `IMPORTS_DISABLED`: There is no folder for imports; `BACKUP_DISABLED`: Backups are switched off */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            /** @description `DUMP_INVALID`: The dump cannot be read */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    Imports_update: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/gzip": string;
                "application/octet-stream": string;
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DumpView"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            /** @description `IMPORTS_DISABLED`: There is no folder for imports; `CONFLICT`: The request contradicts the present state */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["Problem413"];
            414: components["responses"]["Problem414"];
            415: components["responses"]["Problem415"];
            /** @description `DUMP_INVALID`: The dump cannot be read */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
            /** @description `STORAGE_FULL`: There is no room left on the device */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
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
    RecoveryWindows_list: {
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
                    "application/json": components["schemas"]["RecoveryWindowsView"];
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
    RecoveryWindows_search: {
        parameters: {
            query?: {
                /** @description nextCursor of the page before */
                cursor?: string;
                /** @description RFC 3339; from the oldest slice without it */
                from?: string;
                kind?: "insert" | "update" | "delete" | "create" | "drop" | "dropDatabase" | "renameCollection" | "createIndexes" | "dropIndexes" | "collMod";
                limit?: number;
                namespace?: string;
                /** @description Id of a replica set; the present one without it */
                replicaSet?: string;
                /** @description RFC 3339; up to the newest slice without it */
                to?: string;
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
                    "application/json": components["schemas"]["OperationsView"];
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
            /** @description `NOT_FOUND`: There is nothing here */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `RECOVERY_TIME_UNAVAILABLE`: This time is in no recovery window */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    Repositories_list: {
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
                    "application/json": components["schemas"]["RepositoryPage"];
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
    Repositories_add: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AddRepositoryDto"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RepositoryView"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            /** @description `CONFLICT`: The request contradicts the present state; `LEASE_HELD`: Somebody else is changing this now; `REPOSITORY_OWNED`: Another cluster owns the repository; `REPOSITORY_MISMATCH`: The repository was made with other settings */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            /** @description `REPOSITORY_UNUSABLE`: The repository cannot be opened as it was described; `RESIDENCY_REFUSED`: Data may not leave this region */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            /** @description `MONGODB_UNAVAILABLE`: MongoDB cannot be reached; `OBJECT_STORE_UNAVAILABLE`: The object store cannot be reached */
            503: {
                headers: {
                    /** @description Seconds to wait */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            504: components["responses"]["Problem504"];
        };
    };
    Repositories_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
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
                    "application/json": components["schemas"]["RepositoryView"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            /** @description `NOT_FOUND`: There is nothing here; `REPOSITORY_NOT_FOUND`: There is no such repository */
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
    Repositories_remove: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            /** @description `NOT_FOUND`: There is nothing here; `REPOSITORY_NOT_FOUND`: There is no such repository */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `REPOSITORY_IN_USE`: The repository is needed; `CONFLICT`: The request contradicts the present state; `LEASE_HELD`: Somebody else is changing this now */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            414: components["responses"]["Problem414"];
            /** @description `PROTECTED`: The cluster is protected against destructive calls */
            423: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    Repositories_check: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same job; with another request the key is refused */
                "Idempotency-Key"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CheckRepositoryDto"];
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
            /** @description `NOT_FOUND`: There is nothing here; `REPOSITORY_NOT_FOUND`: There is no such repository */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            414: components["responses"]["Problem414"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    Repositories_collectGarbage: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same job; with another request the key is refused */
                "Idempotency-Key"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CollectGarbageDto"];
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
            /** @description `NOT_FOUND`: There is nothing here; `REPOSITORY_NOT_FOUND`: There is no such repository */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            414: components["responses"]["Problem414"];
            415: components["responses"]["Problem415"];
            /** @description `PROTECTED`: The cluster is protected against destructive calls */
            423: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    Repositories_rewrap: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same job; with another request the key is refused */
                "Idempotency-Key"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
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
            /** @description `NOT_FOUND`: There is nothing here; `REPOSITORY_NOT_FOUND`: There is no such repository */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            409: components["responses"]["Problem409"];
            414: components["responses"]["Problem414"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    Repositories_rotateDataKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same job; with another request the key is refused */
                "Idempotency-Key"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
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
            /** @description `NOT_FOUND`: There is nothing here; `REPOSITORY_NOT_FOUND`: There is no such repository */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            409: components["responses"]["Problem409"];
            414: components["responses"]["Problem414"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    Repositories_repair: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same job; with another request the key is refused */
                "Idempotency-Key"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RepairRepositoryDto"];
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
            /** @description `NOT_FOUND`: There is nothing here; `REPOSITORY_NOT_FOUND`: There is no such repository */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            414: components["responses"]["Problem414"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    Repositories_scan: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and request give the same job; with another request the key is refused */
                "Idempotency-Key"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
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
            /** @description `NOT_FOUND`: There is nothing here; `REPOSITORY_NOT_FOUND`: There is no such repository */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            409: components["responses"]["Problem409"];
            414: components["responses"]["Problem414"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    Restores_create: {
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
                "application/json": components["schemas"]["BackupRestorePayload"];
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
            /** @description `BACKUP_NOT_FOUND`: There is no such backup; `REPOSITORY_NOT_FOUND`: There is no such repository */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            /** @description `RESTORE_REFUSED`: The restore would touch what it must not; `BACKUP_SCOPE_EMPTY`: Nothing matches what was asked for; `BACKUP_ENGINE_UNSUPPORTED`: This engine cannot be backed up here; `RECOVERY_TIME_UNAVAILABLE`: This time is in no recovery window */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `PROTECTED`: The cluster is protected against destructive calls */
            423: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    Retention_expire: {
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
                "application/json": components["schemas"]["BackupExpirePayload"];
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
            /** @description `REPOSITORY_NOT_FOUND`: There is no such repository */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            /** @description `PROTECTED`: The cluster is protected against destructive calls */
            423: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    Retention_preview: {
        parameters: {
            query?: {
                /** @description nextCursor of the page before */
                cursor?: string;
                /** @description Tries this rule in place of all that are set */
                daily?: number;
                /** @description Tries this rule in place of all that are set */
                days?: number;
                /** @description Tries this rule in place of all that are set */
                hourly?: number;
                limit?: number;
                /** @description Tries this rule in place of all that are set */
                monthly?: number;
                repository?: string;
                /** @description Tries this rule in place of all that are set */
                weekly?: number;
                /** @description Tries this rule in place of all that are set */
                yearly?: number;
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
                    "application/json": components["schemas"]["RetentionPreview"];
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
            /** @description `REPOSITORY_NOT_FOUND`: There is no such repository */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    Verification_create: {
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
                "application/json": components["schemas"]["BackupVerifySamplePayload"];
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
            /** @description `REPOSITORY_NOT_FOUND`: There is no such repository */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            409: components["responses"]["Problem409"];
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
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
            /** @description The job of the backup */
            202: {
                headers: {
                    /** @description Address of the job */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"] & {
                        job_id: string;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            /** @description `REPOSITORY_NOT_FOUND`: There is no such repository */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `IDEMPOTENCY_KEY_REUSED`: The idempotency key was used for another request; `REPOSITORY_MISMATCH`: The repository was made with other settings; `BACKUP_DISABLED`: Backups are switched off */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            /** @description `BACKUP_SCOPE_EMPTY`: Nothing matches what was asked for; `BACKUP_ENGINE_UNSUPPORTED`: This engine cannot be backed up here */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    Backups_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                jobId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The job of the backup */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"] & {
                        job_id: string;
                    };
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
    Backups_remove: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                jobId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The job of the backup */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"] & {
                        job_id: string;
                    };
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
            /** @description A page of the list */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["BackupView"][];
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
