// Written by scripts/docs/openapi.ts from the OpenAPI document beside it; do not change it by hand.

export interface paths {
    "/api/v1/access/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * API keys, revoked ones too
         * @description API keys, revoked ones too; never the keys themselves.
         */
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
    "/api/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who changed what, or tried to, newest first */
        get: operations["Audit_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Recomputes the chains of hashes
         * @description Recomputes the chains of hashes: finds what was changed or taken out since it was written.
         */
        get: operations["Audit_verify"];
        put?: never;
        post?: never;
        delete?: never;
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
    "/api/v1/backups/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A backup, with what is known of its soundness */
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
        /** A schedule, with its next times */
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
    "/api/v1/cache/flush": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Removes keys of one database, by pattern, prefix, or all of them
         * @description Removes keys of one database, by pattern, prefix, or all of them: 202 and the job, whose `payload` names the database; with `dryRun` 200 and what would be removed.
         */
        post: operations["Cache_flush"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cache/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Keys of one database, in no order
         * @description Keys of one database, in no order. A page takes a second at most, so it can hold fewer than `limit`, or none, and not be the last.
         */
        get: operations["Cache_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cache/keys/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A key with its type, time to live, size and the beginning of its value */
        get: operations["Cache_get"];
        /** Makes a key, or replaces one of the same type, in one step */
        put: operations["Cache_put"];
        post?: never;
        /**
         * Removes a key
         * @description Removes a key; with `dryRun` 200 and the key.
         */
        delete: operations["Cache_remove"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cache/memory": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where the memory goes
         * @description Where the memory goes: by prefix, the biggest keys of a sample, and what to do about it.
         */
        get: operations["Cache_memory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cache/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Hit rate, memory, clients, operations, evictions, replication, persistence and keys of the cache */
        get: operations["Cache_stats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/database/collections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Collections, time series and views of the main database, by name */
        get: operations["Collections_list"];
        put?: never;
        /**
         * Makes a collection
         * @description Makes a collection: of a model with its validator, options and indexes, or as the body describes it.
         */
        post: operations["Collections_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/database/collections/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One collection
         * @description One collection: options, validator, sizes, and the views that read it.
         */
        get: operations["Collections_get"];
        put?: never;
        post?: never;
        /**
         * Drops a collection, a time series or a view at once
         * @description Drops a collection, a time series or a view at once: 200 and what went. With `dryRun` only what would go; with `backup` 202 and the job that backs it up first and drops it where nobody has written to it since.
         */
        delete: operations["Collections_remove"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/database/collections/{name}/documents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A page of documents, filtered and sorted */
        get: operations["Documents_list"];
        put?: never;
        /**
         * Stores one document, or many
         * @description Stores one document, or many: `{documents, ordered?, atomic?}`.
         */
        post: operations["Documents_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/database/collections/{name}/documents/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One document, through the cache
         * @description One document, through the cache. `Cache-Control: no-cache` asks for the database instead.
         */
        get: operations["Documents_get"];
        /**
         * Replaces a document
         * @description Replaces a document; its `_id` stays.
         */
        put: operations["Documents_replace"];
        post?: never;
        /**
         * Removes a document
         * @description Removes a document; with `dryRun` only says which.
         */
        delete: operations["Documents_remove"];
        options?: never;
        head?: never;
        /** Changes a document by a merge patch (RFC 7396) or a JSON patch (RFC 6902), as the content type says */
        patch: operations["Documents_update"];
        trace?: never;
    };
    "/api/v1/database/collections/{name}/documents/changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What happens to the documents, as server-sent events
         * @description What happens to the documents, as server-sent events; `Last-Event-ID` goes on after an event.
         */
        get: operations["Documents_follow"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/database/collections/{name}/documents/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every document that matches, one a line (NDJSON), as fast as the client reads */
        get: operations["Documents_export"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/database/collections/{name}/indexes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The indexes of a collection
         * @description The indexes of a collection: size, use over all members, and how far those are that are being built.
         */
        get: operations["Indexes_list"];
        put?: never;
        /**
         * Builds an index
         * @description Builds an index: 202 and the job, whose progress is the server's; an index that is there already ends it at once.
         */
        post: operations["Indexes_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/database/collections/{name}/indexes/{index}": {
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
         * Drops an index
         * @description Drops an index. With `dryRun` only what would go and how it was used; with `hideFirst` it is hidden instead, and stays so.
         */
        delete: operations["Indexes_remove"];
        options?: never;
        head?: never;
        /** Hides an index from queries, or lets them use it again */
        patch: operations["Indexes_update"];
        trace?: never;
    };
    "/api/v1/database/explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * How MongoDB answers a find or an aggregation
         * @description How MongoDB answers a find or an aggregation: a summary with warnings, and the plan itself. Changes nothing. A viewer gets the plan; who is operator at least has the query run too, and is told what it read.
         */
        post: operations["Explain_explain"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/database/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The state of MongoDB
         * @description The state of MongoDB: each member with its lag as the primary sees it, oplog window, connections and disk, and the reasons where it is not healthy.
         */
        get: operations["Database_getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/database/index-advice": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Indexes that slow queries would need, each with its evidence and its cost */
        get: operations["IndexAdvice_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/database/index-advice/{id}/try": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Makes the index hidden and measures the slow queries without and with it
         * @description Makes the index hidden and measures the slow queries without and with it: 202 and the job. It stays hidden until it is shown or dropped.
         */
        post: operations["IndexAdvice_try"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/database/index-report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Unused and redundant indexes of the main database, with the evidence */
        get: operations["IndexReport_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
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
    "/api/v1/database/operations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What MongoDB does at this moment, the longest first
         * @description What MongoDB does at this moment, the longest first; values are redacted.
         */
        get: operations["Operations_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/database/operations/{id}": {
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
         * Ends an operation, if it still is the one that was listed
         * @description Ends an operation, if it still is the one that was listed. What the server does for itself is never ended.
         */
        delete: operations["Operations_kill"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/database/profiler": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the profiler keeps, until when, and in how much room */
        get: operations["Profiler_get"];
        /** Switches the profiler of the main database on for a time, or off */
        put: operations["Profiler_put"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/database/replica-set": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The members as the primary sees them, their lag, the configuration and the window of the oplog */
        get: operations["ReplicaSet_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/database/replica-set/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Adds a member
         * @description Adds a member: 202 and the job. It joins without a vote, and gets votes and priority once it has caught up.
         */
        post: operations["ReplicaSet_add"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/database/replica-set/members/{host}": {
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
         * Takes a member out, if a majority of the votes stays up
         * @description Takes a member out, if a majority of the votes stays up. Its mongod runs on, without a set.
         */
        delete: operations["ReplicaSet_remove"];
        options?: never;
        head?: never;
        /** Changes votes, priority, visibility, delay or tags of a member, in one reconfiguration */
        patch: operations["ReplicaSet_update"];
        trace?: never;
    };
    "/api/v1/database/replica-set/step-down": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lets the primary step down, if somebody can take over, and waits until there is a new one */
        post: operations["ReplicaSet_stepDown"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/database/sharding/analyze-key": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * How well a key would spread the documents of a collection
         * @description How well a key would spread the documents of a collection. Reads a sample; also on a replica set, before there are shards.
         */
        post: operations["Sharding_analyze"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/database/sharding/balancer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the balancer may move chunks, does so now, and at which times */
        get: operations["Balancer_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/database/sharding/balancer/start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lets the balancer move chunks, in its window */
        post: operations["Balancer_start"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/database/sharding/balancer/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Stops the balancer and waits for the round that runs */
        post: operations["Balancer_stop"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/database/sharding/balancer/window": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** The times at which it may move chunks, by the clock of the config servers */
        put: operations["Balancer_setWindow"];
        post?: never;
        /** At any time again */
        delete: operations["Balancer_removeWindow"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/database/sharding/enable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Lets collections of a database be sharded
         * @description Lets collections of a database be sharded. Twice is the same as once.
         */
        post: operations["Sharding_enable"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/database/sharding/shard-collection": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Shards a collection by a key, after a look
         * @description Shards a collection by a key, after a look; dryRun only looks. It cannot be undone.
         */
        post: operations["Sharding_shardCollection"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/database/sharding/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shards, databases, sharded collections with their chunks, and the balancer */
        get: operations["Sharding_status"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/database/sharding/zones": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Zones by name, with their shards and ranges */
        get: operations["Zones_list"];
        put?: never;
        /** Puts a shard into a zone, which is made by the first one */
        post: operations["Zones_add"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/database/sharding/zones/{zone}": {
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
         * Takes a shard, or all of them, out of a zone without ranges
         * @description Takes a shard, or all of them, out of a zone without ranges. With dryRun: the zone as it is now.
         */
        delete: operations["Zones_remove"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/database/sharding/zones/{zone}/ranges": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Gives a range of a collection's shard key to a zone
         * @description Gives a range of a collection's shard key to a zone; the balancer moves the chunks.
         */
        post: operations["Zones_addRange"];
        /**
         * Takes the range that begins at `min` from the zone
         * @description Takes the range that begins at `min` from the zone; the chunks stay where they are.
         */
        delete: operations["Zones_removeRange"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/database/slow-queries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the profiler saw, by fingerprint
         * @description What the profiler saw, by fingerprint: queries that differ in values only are one. No value of the data is shown.
         */
        get: operations["SlowQueries_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/database/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Sizes of the databases, and of each collection with its indexes, by name */
        get: operations["Database_getStats"];
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
    "/api/v1/protection": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Protected mode of the cluster */
        get: operations["Protection_get"];
        /**
         * Switches protected mode
         * @description Switches protected mode: at once here, within 5 s at the other services. A `dryRun` stays possible.
         */
        put: operations["Protection_put"];
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
        AddMemberDto: {
            /**
             * @description Votes and holds no data
             * @default false
             */
            arbiter?: boolean;
            /**
             * @description Stays behind; needs priority 0
             * @default 0
             */
            delaySeconds?: number;
            /**
             * @description Not seen by clients; needs priority 0
             * @default false
             */
            hidden?: boolean;
            /**
             * @description As every other member reaches it
             * @example mongo-4.internal:27017
             */
            host: string;
            /**
             * @description 0 is never primary
             * @default 1
             */
            priority?: number;
            /**
             * @example {
             *       "region": "eu"
             *     }
             */
            tags?: Record<string, never>;
            /**
             * @description It is taken out again when it cannot be reached for so long. A slow first copy is waited for
             * @default 120
             */
            unreachableSeconds?: number;
            /**
             * @default 1
             * @enum {number}
             */
            votes?: 0 | 1;
        };
        AddRangeDto: {
            /**
             * @description Of the main database
             * @example transactions
             */
            collection: string;
            /**
             * @description Not included; Extended JSON, $maxKey too
             * @example {
             *       "region": "DE"
             *     }
             */
            max: Record<string, never>;
            /**
             * @description Included; Extended JSON, $minKey too
             * @example {
             *       "region": "AT"
             *     }
             */
            min: Record<string, never>;
        };
        AddToZoneDto: {
            /** @description Id of a shard */
            shard: string;
            /** @example eu */
            zone: string;
        };
        AnalyzedKeyDto: {
            analysis: components["schemas"]["KeyAnalysisDto"];
            findings: components["schemas"]["FindingDto"][];
        };
        AnalyzeKeyDto: {
            /**
             * @description Of the main database
             * @example transactions
             */
            collection: string;
            /**
             * @description Fields in their order: 1 or "hashed"
             * @example {
             *       "block_id": "hashed"
             *     }
             */
            key: Record<string, never>;
        };
        ApiKeyDto: {
            /** Format: date-time */
            createdAt: string;
            createdBy: string;
            id: string;
            name: string;
            /** Format: date-time */
            revokedAt: string | null;
            /** @enum {string} */
            role: "viewer" | "operator" | "backup-admin" | "admin";
        };
        AuditBreakDto: {
            chain: string;
            /** @enum {string} */
            reason: "changed" | "missing" | "cut off";
            /** @description Place in the chain */
            seq: number;
        };
        AuditEntryDto: {
            /** @example POST /api/v1/backups/create */
            action: string;
            /** @description Id of the key or subject of the JWT; `anonymous` without one */
            actor: string;
            /** @description What was changed, as it is since */
            after: Record<string, never> | null;
            /** Format: date-time */
            at: string;
            /** @description What was changed, as it was */
            before: Record<string, never> | null;
            /** @description Error code of what was refused or failed */
            code: string | null;
            correlationId: string;
            id: string;
            /** @enum {string} */
            outcome: "succeeded" | "planned" | "refused" | "failed";
            resource: string;
            role: string | null;
            service: string | null;
            status: number | null;
        };
        AuditVerificationDto: {
            /** @description The first hundred */
            breaks: components["schemas"]["AuditBreakDto"][];
            /** @description Each process of a service writes one */
            checkedChains: number;
            checkedEntries: number;
            isWhole: boolean;
            /** Format: date-time */
            since: string;
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
        BalancerDto: {
            /** @description May it move chunks? */
            isEnabled: boolean;
            /** @description Does it move chunks now? */
            isRunning: boolean;
            /**
             * @description As the server says it: full or off; before 6.1 autoSplitOnly too
             * @example full
             */
            mode: string;
            /** @description Null: at any time */
            window: components["schemas"]["BalancerWindowDto"] | null;
        };
        BalancerWindowDto: {
            /**
             * @description Time of day of the config servers
             * @example 23:00
             */
            start: string;
            /**
             * @description May lie on the next day
             * @example 06:00
             */
            stop: string;
        };
        BigKeyDto: {
            bytes: number;
            /** @description base64url where it is no text */
            key: string;
        };
        BulkAnswer: {
            failed: number;
            inserted: number;
            /** @description In the order of the request */
            items: components["schemas"]["BulkItem"][];
        };
        BulkItem: {
            /** @description code, title, detail, retryable, errors */
            error?: {
                [key: string]: unknown;
            };
            /** @description The `_id` as Extended JSON */
            id?: Record<string, never>;
            /**
             * @description 201; the status of what refused it; 424 where the bulk ended before it
             * @example 201
             */
            status: number;
        };
        CacheDatabaseFigures: {
            averageTtlSeconds: number;
            database: number;
            /** @description Keys with a time to live */
            expiring: number;
            keys: number;
            purpose: string | null;
        };
        CacheFlushDto: {
            /** @description Database of the cache. Without it the one that REDIS_URI (or REDIS_DATABASE) names: 0 unless set. Cached documents lie in 3. On a Redis Cluster prefixes stand in */
            database?: number;
            /** @description As of SCAN MATCH */
            pattern?: string;
            /** @description What the keys begin with, taken as it is */
            prefix?: string;
        };
        CacheFlushPlan: {
            database: number;
            examples: string[];
            /** @description Was everything counted? */
            isComplete: boolean;
            /** @description Counted within two seconds */
            keys: number;
            pattern: string;
        };
        CacheKeyDto: {
            database: number;
            /**
             * @description base64: every text of the value is base64
             * @enum {string|null}
             */
            encoding: "utf8" | "base64" | null;
            /** @description Is the value all of it? */
            isComplete: boolean;
            /** @description Values of databases 0 and 1 (sessions, authentication) are shown to operators only */
            isHidden: boolean;
            key: string;
            /**
             * @description base64: the key is binary, and shown as base64url
             * @enum {string}
             */
            keyEncoding: "utf8" | "base64";
            /** @description Bytes of a string, items of anything else */
            length: number | null;
            /** @description As MEMORY USAGE estimates it */
            memoryBytes: number;
            /** @description How Redis keeps it: OBJECT ENCODING */
            storedAs: string | null;
            /** @description null: it stays */
            ttlSeconds: number | null;
            type: string;
            /** @description Its beginning, in the form that PUT takes; null for what cannot be shown */
            value: (string | {
                [key: string]: unknown;
            } | unknown[]) | null;
        };
        CacheKeysPage: {
            /** @description Whose keys these are */
            database: number;
            items: components["schemas"]["CacheKeySummary"][];
            page: components["schemas"]["ScanPage"];
            /** @description About so many keys were looked at for this page */
            scanned: number;
        };
        CacheKeySummary: {
            key: string;
            /**
             * @description base64: the key is binary, and shown as base64url
             * @enum {string}
             */
            keyEncoding: "utf8" | "base64";
            /** @description As MEMORY USAGE estimates it */
            memoryBytes: number;
            /** @description null: it stays */
            ttlSeconds: number | null;
            type: string;
        };
        CacheMemoryDto: {
            /** @description Of the sample */
            biggest: components["schemas"]["BigKeyDto"][];
            database: number;
            evictedKeys: number;
            fragmentation: number | null;
            hints: string[];
            /** @description maxmemory; 0 is no limit */
            limitBytes: number;
            peakBytes: number;
            policy: string;
            prefixes: components["schemas"]["PrefixDto"][];
            residentBytes: number;
            sample: components["schemas"]["SampleFigures"];
            usedBytes: number;
        };
        CacheStatsDto: {
            clients: components["schemas"]["ClientFigures"];
            commands: number;
            /** @description On a Redis Cluster 0 alone: it holds the prefixes of all */
            databases: components["schemas"]["CacheDatabaseFigures"][];
            documents: components["schemas"]["DocumentFigures"];
            evictedKeys: number;
            expiredKeys: number;
            /** @description Of all who use the cache, since the server started */
            hitRate: number | null;
            hits: number;
            isCluster: boolean;
            memory: components["schemas"]["MemoryFigures"];
            misses: number;
            operationsPerSecond: number;
            persistence: components["schemas"]["PersistenceFigures"][];
            replication: components["schemas"]["ReplicationFigures"][];
            /** @description Primaries */
            servers: number;
            uptimeSeconds: number;
            version: string;
        };
        CappedDto: {
            /** @description Documents at most */
            documents?: number;
            sizeBytes: number;
        };
        ChunksDto: {
            chunks: number;
            shard: string;
        };
        ClientFigures: {
            blocked: number;
            connected: number;
            limit: number;
            /** @description Connections refused since the start, because the limit was reached */
            rejected: number;
        };
        CollationDto: {
            /** @enum {string} */
            alternate?: "non-ignorable" | "shifted";
            backwards?: boolean;
            /** @enum {string} */
            caseFirst?: "upper" | "lower" | "off";
            caseLevel?: boolean;
            /** @example de */
            locale: string;
            /** @enum {string} */
            maxVariable?: "punct" | "space";
            normalization?: boolean;
            numericOrdering?: boolean;
            strength?: number;
        };
        CollectionDropReport: {
            dataBytes: number;
            /** @description Views that read it: they stay, and read nothing any more */
            dependents: string[];
            /** @description Estimated; null of a view and of a time series */
            documents: number | null;
            /** @description False with dryRun */
            dropped: boolean;
            indexBytes: number;
            indexes: string[];
            /** @description The model that init makes it of again */
            model: string | null;
            name: string;
            /** @description Has it to be named twice, with `confirm`? */
            needsConfirm: boolean;
            storageBytes: number;
            /** @enum {string} */
            type: "collection" | "timeseries" | "view";
        };
        CollectionFigures: {
            averageDocumentBytes: number | null;
            /** @description Of a time series */
            buckets: number | null;
            /** @description Before compression */
            dataBytes: number;
            /** @description Null where it cannot be estimated: of a view, and of a time series, which is stored in buckets */
            documents: number | null;
            /** @description Of the storage, what a compaction could free */
            freeBytes: number;
            indexBytes: number;
            /** @description Bytes on the disk of each index, by name */
            indexSizes: {
                [key: string]: number;
            };
            name: string;
            /** @description On the disk, without indexes */
            storageBytes: number;
            /** @enum {string} */
            type: "collection" | "timeseries" | "view";
        };
        CollectionsPage: {
            items: components["schemas"]["CollectionSummary"][];
            page: components["schemas"]["CollectionsPageInfo"];
        };
        CollectionsPageInfo: {
            limit: number;
            nextCursor: string | null;
        };
        CollectionSummary: {
            isCapped: boolean;
            isClustered: boolean;
            /** @description Do the services alone write it? */
            isReadOnly: boolean;
            /** @description Are its documents checked by a validator? */
            isValidated: boolean;
            /** @description The model whose collection it is */
            model: string | null;
            name: string;
            /** @enum {string} */
            type: "collection" | "timeseries" | "view";
            /** @description Of a view: what it reads */
            viewOn: string | null;
        };
        CollectionView: {
            dataBytes: number;
            /** @description Views that read it, directly or through another one */
            dependents: string[];
            /** @description Estimated; null of a view and of a time series */
            documents: number | null;
            indexBytes: number;
            indexes: number;
            /** @description Does it check what its model wants? Null without a model; where false, run scripts/init */
            isAsModel: boolean | null;
            isCapped: boolean;
            isClustered: boolean;
            /** @description Do the services alone write it? */
            isReadOnly: boolean;
            /** @description Are its documents checked by a validator? */
            isValidated: boolean;
            /** @description The model whose collection it is */
            model: string | null;
            name: string;
            /** @description As MongoDB has them, validator and collation too; Extended JSON */
            options: Record<string, never>;
            storageBytes: number;
            /** @enum {string} */
            type: "collection" | "timeseries" | "view";
            /** @description Of a view: what it reads */
            viewOn: string | null;
        };
        ConfigurationDto: {
            members: components["schemas"]["MemberConfigDto"][];
            term: number | null;
            version: number;
        };
        ConnectionsFigures: {
            /** @description How many more it would take */
            available: number;
            current: number;
        };
        CreateApiKeyDto: {
            /** @description What the key is for */
            name: string;
            /** @enum {string} */
            role: "viewer" | "operator" | "backup-admin" | "admin";
        };
        CreateCollectionDto: {
            capped?: components["schemas"]["CappedDto"];
            /** @description Stored in the order of `_id`, without an index beside it */
            clustered?: boolean;
            collation?: components["schemas"]["CollationDto"];
            /** @description Of a time series, or of a clustered collection with dates as `_id` */
            expireAfterSeconds?: number;
            /**
             * @description Name of a model, or of its collection: gives validator, options and indexes; alone with `name` then
             * @example Session
             */
            model?: string;
            /** @example sightings */
            name: string;
            /** @description Keeps what documents were before a change, for change feeds */
            preAndPostImages?: boolean;
            timeseries?: components["schemas"]["TimeseriesDto"];
            /**
             * @default error
             * @enum {string}
             */
            validationAction?: "error" | "warn";
            /**
             * @default strict
             * @enum {string}
             */
            validationLevel?: "off" | "strict" | "moderate";
            /**
             * @description Extended JSON
             * @example {
             *       "$jsonSchema": {
             *         "required": [
             *           "at"
             *         ],
             *         "properties": {
             *           "at": {
             *             "bsonType": "date"
             *           }
             *         }
             *       }
             *     }
             */
            validator?: Record<string, never>;
        };
        CreatedApiKeyDto: {
            /** Format: date-time */
            createdAt: string;
            id: string;
            /** @description Shown once, never stored */
            key: string;
            name: string;
            /** @enum {string} */
            role: "viewer" | "operator" | "backup-admin" | "admin";
        };
        CreateIndexDto: {
            collation?: components["schemas"]["CollationDto"];
            /**
             * @description Of a text index
             * @example german
             */
            defaultLanguage?: string;
            /** @description TTL: documents go so long after the date in the field */
            expireAfterSeconds?: number;
            /** @description Built and kept up to date, but not used by queries */
            hidden?: boolean;
            /**
             * @description Field to 1, -1, "text", "2dsphere", "2d" or "hashed", in order; "$**" or "field.$**" for all below
             * @example {
             *       "user_id": 1,
             *       "created_at": -1
             *     }
             */
            keys: Record<string, never>;
            /** @description Of a text index: the field that names the language */
            languageOverride?: string;
            /** @description Made of the keys when left out */
            name?: string;
            /**
             * @description Extended JSON
             * @example {
             *       "status": "active"
             *     }
             */
            partialFilterExpression?: Record<string, never>;
            sparse?: boolean;
            unique?: boolean;
            /** @description Of a text index: field to its weight */
            weights?: Record<string, never>;
            /** @description Of a wildcard index over everything: field to 1 or 0 */
            wildcardProjection?: Record<string, never>;
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
            enabled?: boolean;
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
        DatabaseFigures: {
            collections: number;
            /** @description Before compression */
            dataBytes: number;
            /** @description Estimated; a time series counts its buckets */
            documents: number;
            /** @enum {string} */
            holds: "main" | "control";
            indexBytes: number;
            indexes: number;
            name: string;
            /** @description On the disk, without indexes */
            storageBytes: number;
            views: number;
        };
        DatabaseHealth: {
            /** Format: date-time */
            checkedAt: string;
            /** @description Of all members that answer */
            connections: components["schemas"]["ConnectionsFigures"] | null;
            /**
             * @description Null where no server answers
             * @enum {string|null}
             */
            deployment: "replica-set" | "sharded" | "standalone" | null;
            members: components["schemas"]["MemberHealth"][];
            oplog: components["schemas"]["OplogWindow"] | null;
            primary: string | null;
            /** @description Why it is not healthy, the worst first */
            reasons: components["schemas"]["HealthReason"][];
            /** @example lucid-rs */
            replicaSet: string | null;
            /** @description The member whose view of the others this is */
            seenBy: string | null;
            /** @description Of a sharded cluster */
            shards: components["schemas"]["ShardHealth"][];
            /** @enum {string} */
            status: "healthy" | "degraded" | "unhealthy";
        };
        DatabaseStats: {
            /** @enum {string} */
            count: "estimated" | "exact";
            databases: components["schemas"]["DatabaseFigures"][];
            /** @description Collections of the main database, by name */
            items: components["schemas"]["CollectionFigures"][];
            page: components["schemas"]["PageInfo"];
        };
        DiskFigures: {
            totalBytes: number;
            usedBytes: number;
        };
        DocumentFigures: {
            /** @description Reads without cache: Redis was away, or changes were not followed */
            bypasses: number;
            hitRate: number | null;
            hits: number;
            /** @description Is it served from now? */
            isServing: boolean;
            misses: number;
        };
        DocumentRemovalPlan: {
            /** @example "nWY2Xx0…" */
            etag: string;
            /** @example 1 */
            wouldRemove: number;
        };
        DocumentsPage: {
            /** @description As stored */
            items: {
                [key: string]: unknown;
            }[];
            page: components["schemas"]["DocumentsPageInfo"];
        };
        DocumentsPageInfo: {
            limit: number;
            nextCursor: string | null;
            /** @description With `count` */
            total?: number;
            /**
             * @description What `total` is
             * @enum {string}
             */
            totalIs?: "exact" | "estimated" | "atLeast";
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
        EnabledDto: {
            database: string;
            /** @description False where it was so already */
            isChanged: boolean;
            primaryShard: string;
        };
        EnableShardingDto: {
            /** @example lucid_blockchain */
            database: string;
            /** @description The shard that keeps what is not sharded; the emptiest without it */
            primaryShard?: string;
        };
        ExplainBody: {
            /** @example sessions */
            collection: string;
            /** @example status,created_at */
            fields?: string;
            /**
             * @description Of a find, in Extended JSON
             * @example {
             *       "status": "active"
             *     }
             */
            filter?: Record<string, never>;
            /** @description The name of the index that is to be used */
            hint?: string;
            limit?: number;
            /** @default 5000 */
            maxTimeMs?: number;
            /** @description An aggregation, in place of filter, sort, fields, limit and skip */
            pipeline?: Record<string, never>[];
            skip?: number;
            /** @example -created_at,name */
            sort?: string;
            /**
             * @description All but queryPlanner run the query, which needs the role operator. Without it: queryPlanner for a viewer, else executionStats
             * @enum {string}
             */
            verbosity?: "queryPlanner" | "executionStats" | "allPlansExecution";
        };
        ExplanationDto: {
            /** @example lucid_blockchain.sessions */
            namespace: string;
            /** @description As MongoDB says it, in Extended JSON, without what is of the server */
            plan: Record<string, never>;
            summary: components["schemas"]["PlanSummaryDto"];
        };
        FindingDto: {
            /** @example MAJORITY_LOST */
            code: string;
            message: string;
            /** @enum {string} */
            severity: "refusal" | "warning";
        };
        HealthReason: {
            /** @example REPLICATION_LAG */
            code: string;
            /** @description The member that it is about */
            host: string | null;
            message: string;
            /** @enum {string} */
            severity: "degraded" | "unhealthy";
        };
        IndexAdviceDto: {
            /** @example sessions */
            collection: string;
            cost: components["schemas"]["IndexCostDto"];
            /** @description Fields that are compared for equality, which come first */
            equality: string[];
            /** @description The slow queries that it would serve */
            evidence: components["schemas"]["SlowQueryDto"][];
            /** @example adv_9f86d081884c7d65 */
            id: string;
            /**
             * @description In order
             * @example {
             *       "status": 1,
             *       "created_at": -1
             *     }
             */
            keys: Record<string, never>;
            /** @example status_1_created_at_-1 */
            name: string;
            /** @description The indexes that are there, none of which serves them */
            presentIndexes: components["schemas"]["IndexUseDto"][];
            /** @description Fields of ranges, which come last */
            range: string[];
            /** @description Fields that order the result */
            sort: string[];
        };
        IndexAdvicesDto: {
            /** @description Entries of the profiler that this stands on */
            entriesRead: number;
            /** @description What costs most time first */
            items: components["schemas"]["IndexAdviceDto"][];
            /**
             * @description Of the profiler now: at 0 nothing new is seen
             * @enum {number}
             */
            profilerLevel: 0 | 1 | 2;
        };
        IndexBuildProgress: {
            done: number | null;
            /** @example scanning collection */
            phase: string;
            runningSeconds: number;
            total: number | null;
        };
        IndexCostDto: {
            documents: number;
            /** @description Indexes that each write changes already */
            presentIndexes: number;
            /** @description Estimated from a sample of documents, before compression */
            sizeBytes: number;
        };
        IndexDropReport: {
            /** @description While it is being built */
            build: components["schemas"]["IndexBuildProgress"] | null;
            collection: string;
            /** @description An index whose first fields are these: it serves the same queries */
            coveredBy: string | null;
            /** @description What speaks for and against dropping it */
            evidence: string[];
            hidden: boolean;
            /** @description Does its model want it? */
            isOfModel: boolean;
            /** @description In order */
            keys: Record<string, never>;
            name: string;
            /** @description Has it to be named twice, with `confirm`? */
            needsConfirm: boolean;
            /** @description Calls that go on from here */
            next: string[];
            /** @description Everything else that MongoDB keeps of it; Extended JSON */
            options: Record<string, never>;
            /** @enum {string} */
            outcome: "none" | "hidden" | "dropped";
            sizeBytes: number | null;
            /** @description Null while it is being built */
            usage: components["schemas"]["IndexUsage"] | null;
        };
        IndexList: {
            items: components["schemas"]["IndexView"][];
        };
        IndexReport: {
            /** Format: date-time */
            checkedAt: string;
            collections: number;
            indexes: number;
            /** @description Whose fields another index begins with; the largest first */
            redundant: components["schemas"]["RedundantIndex"][];
            /** @description Members that did not answer: what is used there alone looks unused */
            unreachable: string[];
            /** @description Without unique, TTL and shard key indexes, which work unused; the largest first */
            unused: components["schemas"]["UnusedIndex"][];
        };
        IndexUsage: {
            /** @description Members that were asked */
            members: string[];
            /** @description Times it was used, over all members that were asked */
            operations: number;
            /**
             * Format: date-time
             * @description From when on all of them count; a restart, a rebuild and a change of `hidden` begin anew
             */
            since: string | null;
            /** @description Members that did not answer: it may be used there */
            unreachable: string[];
        };
        IndexUseDto: {
            /** @description The proposed index would serve what it serves: it could go afterwards */
            isReplaced: boolean;
            /**
             * @example {
             *       "status": 1
             *     }
             */
            keys: Record<string, never>;
            /** @example status_1 */
            name: string;
            /** Format: date-time */
            since: string | null;
            /** @description How often the primary used it since `since`; null where it does not say */
            uses: number | null;
        };
        IndexView: {
            /** @description While it is being built */
            build: components["schemas"]["IndexBuildProgress"] | null;
            hidden: boolean;
            /** @description Does its model want it? */
            isOfModel: boolean;
            /** @description In order */
            keys: Record<string, never>;
            name: string;
            /** @description Everything else that MongoDB keeps of it; Extended JSON */
            options: Record<string, never>;
            sizeBytes: number | null;
            /** @description Null while it is being built */
            usage: components["schemas"]["IndexUsage"] | null;
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
        KeyAnalysisDto: {
            arrayValues: number | null;
            /** @description In the sample */
            distinctValues: number;
            isUnique: boolean | null;
            missingValues: number | null;
            /** @enum {string} */
            monotonicity: "monotonic" | "not monotonic" | "unknown";
            /** @description Of the sample: 0 to 1 */
            mostCommonShare: number;
            sampledDocuments: number;
            /**
             * @description Said by the server (7.0+), or counted in a sample
             * @enum {string}
             */
            source: "analyzeShardKey" | "sample";
        };
        KilledOperationDto: {
            operation: components["schemas"]["OperationDto"];
            /**
             * @description ending: told to, and not gone yet
             * @enum {string}
             */
            state: "would-be-killed" | "killed" | "ending";
        };
        MemberConfigDto: {
            arbiter: boolean;
            buildsIndexes: boolean;
            delaySeconds: number;
            hidden: boolean;
            /** @example mongo-1.internal:27017 */
            host: string;
            id: number;
            priority: number;
            tags: Record<string, never>;
            /** @enum {number} */
            votes: 0 | 1;
        };
        MemberDto: {
            arbiter: boolean;
            buildsIndexes: boolean;
            /** @description The configuration that it has */
            configVersion: number | null;
            delaySeconds: number;
            hidden: boolean;
            /** @example mongo-1.internal:27017 */
            host: string;
            id: number;
            /** @description Does the member that answers hear of it? */
            isHealthy: boolean;
            /** @description Behind the primary, beyond its delay */
            lagSeconds: number | null;
            /** Format: date-time */
            lastHeartbeatAt: string | null;
            /**
             * Format: date-time
             * @description Of its newest oplog entry
             */
            optimeAt: string | null;
            pingMs: number | null;
            priority: number;
            /** @example SECONDARY */
            state: string;
            /** @description The member that it copies from */
            syncSource: string | null;
            tags: Record<string, never>;
            uptimeSeconds: number | null;
            /** @enum {number} */
            votes: 0 | 1;
        };
        MemberHealth: {
            /** @description Does it answer this service? Without it version, connections and disk are null */
            answers: boolean;
            connections: components["schemas"]["ConnectionsFigures"] | null;
            /** @description By how much it is kept behind on purpose */
            delaySeconds: number;
            /** @description Of the file system that holds its data */
            disk: components["schemas"]["DiskFigures"] | null;
            host: string;
            /** @description Does it take part: as primary, secondary or arbiter? */
            isUp: boolean;
            /** @description Behind the primary, as the primary sees it, beyond its configured delay; null where it is not known */
            lagSeconds: number | null;
            /**
             * Format: date-time
             * @description When the primary wrote what it has applied last
             */
            lastAppliedAt: string | null;
            /**
             * Format: date-time
             * @description Null of the member that was asked
             */
            lastHeartbeatAt: string | null;
            /**
             * @description DOWN where it does not answer the others
             * @example SECONDARY
             */
            state: string;
            syncSource: string | null;
            uptimeSeconds: number | null;
            version: string | null;
            votes: number;
        };
        MemoryFigures: {
            /** @description Resident by used */
            fragmentation: number | null;
            /** @description maxmemory; 0 is no limit */
            limitBytes: number;
            peakBytes: number;
            policy: string;
            /** @description As the operating system counts it */
            residentBytes: number;
            usedBytes: number;
        };
        MigrationDownPayload: {
            /**
             * @description False: without a backup before the first change
             * @default true
             */
            backup?: boolean;
            /**
             * @description How many are undone; not with `to`
             * @default 1
             */
            steps?: number;
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
            backup?: boolean;
            /**
             * @description The last one to apply; all that are pending without it
             * @example 0002
             */
            to?: string;
        };
        OperationDto: {
            /** @example lucid-backup-service */
            appName: string | null;
            /** @description Address and port it came from */
            client: string | null;
            /**
             * @description For DELETE: it means this operation, also when its number is used again
             * @example 55571.9f86d081
             */
            id: string;
            isIndexBuild: boolean;
            /** @description Of the server itself, such as replication: never killed */
            isInternal: boolean;
            /** @description It has been told to end */
            isKillPending: boolean;
            isWaitingForLock: boolean;
            /** @example lucid_blockchain.sessions */
            namespace: string;
            /** @example find */
            operation: string;
            /** @example COLLSCAN */
            planSummary: string | null;
            progress: components["schemas"]["OperationProgressDto"] | null;
            /** @description Seconds */
            runningSeconds: number;
            /**
             * @description The service of the suite that it belongs to
             * @example backup-service
             */
            service: string | null;
            /** @description What it asks; every value is `?` */
            shape: Record<string, never>;
        };
        OperationProgressDto: {
            done: number;
            total: number;
        };
        OperationsDto: {
            /** @description There are more: ask for a namespace or for longer ones */
            isTruncated: boolean;
            /** @description The longest first */
            items: components["schemas"]["OperationDto"][];
        };
        OperationTime: {
            /** @example 1 */
            i: number;
            /** @example 1767225600 */
            t: number;
        };
        OplogDto: {
            /** Format: date-time */
            firstAt: string;
            /** Format: date-time */
            lastAt: string;
            /** @description How long a member may be away and still catch up */
            windowSeconds: number;
        };
        OplogWindow: {
            /** Format: date-time */
            from: string;
            /** @description The member whose oplog it is: the primary where there is one */
            host: string;
            /** @description Has it come round? Until then the window still grows */
            isFull: boolean;
            maxBytes: number;
            sizeBytes: number;
            /** Format: date-time */
            to: string;
            windowSeconds: number;
        };
        PageInfo: {
            limit: number;
            /** @description Null on the last page */
            nextCursor: string | null;
        };
        PersistenceFigures: {
            changesSinceSave: number;
            hasAppendOnlyFile: boolean;
            isLastSaveOk: boolean;
            isLoading: boolean;
            lastSaveAt: string;
        };
        PlanCountDto: {
            count: number;
            /** @example IXSCAN { status: 1 } */
            plan: string;
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
        PlanSummaryDto: {
            /** @description Null where the query was not run */
            docsExamined: number | null;
            executionMs: number | null;
            indexes: string[];
            keysExamined: number | null;
            returned: number | null;
            /**
             * @description The last one to run first
             * @example [
             *       "SORT",
             *       "COLLSCAN"
             *     ]
             */
            stages: string[];
            warnings: components["schemas"]["PlanWarningDto"][];
        };
        PlanWarningDto: {
            /** @example COLLSCAN */
            code: string;
            message: string;
        };
        PrefixDto: {
            bytes: number;
            /** @description Of all keys, as far as the sample tells */
            estimatedBytes: number;
            keys: number;
            /** @description Up to the first colon; empty: keys without one */
            prefix: string;
            /** @description Of the bytes of the sample */
            share: number | null;
            withoutTtl: number;
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
        ProfileCollectionDto: {
            entries: number;
            /** @description Older entries make room for newer ones */
            maxBytes: number;
            sizeBytes: number;
        };
        ProfilerDto: {
            collection: components["schemas"]["ProfileCollectionDto"] | null;
            database: string;
            filter: Record<string, never> | null;
            /** @enum {number} */
            level: 0 | 1 | 2;
            /** @description The primary, which is the one that is profiled */
            member: string;
            sampleRate: number;
            slowMs: number;
            startedBy: string | null;
            /**
             * Format: date-time
             * @description When it ends by itself
             */
            until: string | null;
            warnings: string[];
        };
        ProtectionDto: {
            /** Format: date-time */
            changedAt: string | null;
            changedBy: string | null;
            /** @description Are calls that destroy something refused with 423? */
            isProtected: boolean;
            reason: string | null;
        };
        PutKeyDto: {
            /**
             * @description Of every text in the value; base64 for binary values
             * @default utf8
             * @enum {string}
             */
            encoding?: "utf8" | "base64";
            /** @description Seconds to live; without it the key stays */
            ttl?: number;
            /**
             * @default string
             * @enum {string}
             */
            type?: "string" | "hash" | "list" | "set" | "zset" | "stream";
            /** @description string: text, or anything else as its JSON; hash: `{field: text}`; list, set: `[text]`; zset: `[{member, score}]`; stream: `[{id?, fields}]` */
            value: string | number | boolean | {
                [key: string]: unknown;
            } | unknown[];
        };
        PutProfilerDto: {
            /** @description Needed for level 2 */
            confirm?: boolean;
            /**
             * @description Which operations are kept, as a filter on their entries, in place of slowMs and sampleRate
             * @example {
             *       "millis": {
             *         "$gte": 50
             *       },
             *       "ns": "lucid_blockchain.sessions"
             *     }
             */
            filter?: Record<string, never>;
            /**
             * @description 0: off; 1: slow operations; 2: every operation, with `confirm` and `minutes`
             * @enum {number}
             */
            level: 0 | 1 | 2;
            /**
             * @description When it ends by itself
             * @default 60
             */
            minutes?: number;
            /**
             * @description The share of slow operations that is kept
             * @default 1
             */
            sampleRate?: number;
            /** @description Room for entries; another one than there is loses those that are there */
            sizeMb?: number;
            /**
             * @description From how many milliseconds on an operation is slow
             * @default 100
             */
            slowMs?: number;
        };
        PutProtectionDto: {
            isProtected: boolean;
            /** @description Shown to whoever is refused */
            reason?: string;
        };
        ReconfigurationPlan: {
            /** @description As it would be */
            after: components["schemas"]["ConfigurationDto"];
            before: components["schemas"]["ConfigurationDto"];
            /** @description Why not, and what to think of */
            findings: components["schemas"]["FindingDto"][];
            isAllowed: boolean;
        };
        ReconfigurationResult: {
            configuration: components["schemas"]["ConfigurationDto"];
            /** @description Warnings */
            findings: components["schemas"]["FindingDto"][];
            /** @description False where it was so already */
            isChanged: boolean;
            /** @description Where the member had to step down first: who is primary now */
            primary?: string;
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
        RedundantIndex: {
            collection: string;
            /** @description The index that serves the same queries */
            coveredBy: string;
            coveredByKeys: Record<string, never>;
            index: string;
            isOfModel: boolean;
            keys: Record<string, never>;
            sizeBytes: number;
        };
        ReplicaSetDto: {
            configTerm: number | null;
            configVersion: number;
            electionTimeoutMs: number | null;
            /** @description Voting members that may still fail; negative where the majority is lost */
            faultTolerance: number;
            /** @description Has a majority the configuration? Null without a primary */
            isConfigCommitted: boolean | null;
            /** @description Votes that an election and a majority write need */
            majority: number;
            members: components["schemas"]["MemberDto"][];
            name: string;
            /** @description The primary's, or that of the member that answers */
            oplog: components["schemas"]["OplogDto"] | null;
            primary: string | null;
            /** @description Of elections */
            term: number | null;
            votingMembers: number;
            /** @description Voting members that are up */
            votingMembersUp: number;
        };
        ReplicationFigures: {
            /** @description Of the replica that is farthest behind; null without one */
            farthestBehindBytes: number | null;
            offset: number;
            replicas: number;
            role: string;
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
            safetyBackup?: boolean;
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
        SampleFigures: {
            bytes: number;
            /** @description Are these all keys of the database? */
            isWhole: boolean;
            keys: number;
        };
        ScanPage: {
            limit: number;
            /** @description null on the last page; a page before it can be empty */
            nextCursor: string | null;
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
        ShardCollectionDto: {
            /**
             * @description Of the main database
             * @example transactions
             */
            collection: string;
            /**
             * @description Fields in their order: 1 or "hashed"
             * @example {
             *       "block_id": "hashed"
             *     }
             */
            key: Record<string, never>;
            /**
             * @description No two documents may have the same value; not with a hashed key
             * @default false
             */
            unique?: boolean;
        };
        ShardDto: {
            hosts: string[];
            id: string;
            /** @description Is it being emptied to be taken out? */
            isDraining: boolean;
            /** @description Name of its replica set */
            replicaSet: string;
            zones: string[];
        };
        ShardedCollectionDto: {
            chunks: components["schemas"]["ChunksDto"][];
            /** @description May the balancer move its chunks? */
            isBalanced: boolean;
            isUnique: boolean;
            key: Record<string, never>;
            /** @example lucid_blockchain.transactions */
            namespace: string;
        };
        ShardedDatabaseDto: {
            name: string;
            primaryShard: string;
        };
        ShardedResult: {
            chunks: components["schemas"]["ChunksDto"][];
            /** @description Warnings */
            findings: components["schemas"]["FindingDto"][];
            /** @description May the balancer move its chunks? */
            isBalanced: boolean;
            /** @description False where it was so already */
            isChanged: boolean;
            isUnique: boolean;
            key: Record<string, never>;
            /** @example lucid_blockchain.transactions */
            namespace: string;
        };
        ShardHealth: {
            /** @description Its replica set and members, as the router knows them */
            hosts: string;
            id: string;
        };
        ShardingStatusDto: {
            balancer: components["schemas"]["BalancerDto"];
            collections: components["schemas"]["ShardedCollectionDto"][];
            databases: components["schemas"]["ShardedDatabaseDto"][];
            /** @description Are there more databases or collections than the 200 that are shown? */
            hasMore: boolean;
            shards: components["schemas"]["ShardDto"][];
        };
        ShardPlanDto: {
            /** @description Null where there is no document */
            analysis: components["schemas"]["KeyAnalysisDto"] | null;
            findings: components["schemas"]["FindingDto"][];
            isAllowed: boolean;
            /** @description Will MongoDB make the index of the key? Only where the collection is empty */
            makesIndex: boolean;
            /** @example lucid_blockchain.transactions */
            namespace: string;
        };
        SlowQueriesDto: {
            /** @description Entries of the profiler that were read */
            entriesRead: number;
            /** Format: date-time */
            from: string;
            /** @description There were more: ask for a shorter time */
            isTruncated: boolean;
            items: components["schemas"]["SlowQueryDto"][];
            page: components["schemas"]["SlowQueriesPageDto"];
            /**
             * @description Of the profiler now: at 0 nothing new is seen
             * @enum {number}
             */
            profilerLevel: 0 | 1 | 2;
            /** Format: date-time */
            to: string;
        };
        SlowQueriesPageDto: {
            limit: number;
            nextCursor: string | null;
        };
        SlowQueryDto: {
            count: number;
            docsExamined: number;
            /** @description Documents examined for each of them */
            examinedPerReturned: number;
            /** @example 9f86d081884c7d65 */
            fingerprint: string;
            /** Format: date-time */
            firstSeen: string;
            keysExamined: number;
            /** Format: date-time */
            lastSeen: string;
            maxMs: number;
            /** @example lucid_blockchain.sessions */
            namespace: string;
            /** @example find */
            operation: string;
            p50Ms: number;
            p95Ms: number;
            /** @description Most frequent first */
            planSummaries: components["schemas"]["PlanCountDto"][];
            /** @description Documents returned, or matched by a change */
            returned: number;
            /**
             * @description What is asked; every value is `?`
             * @example {
             *       "filter": {
             *         "status": "?"
             *       }
             *     }
             */
            shape: Record<string, never>;
            sortsInMemory: boolean;
            totalMs: number;
            usesDisk: boolean;
        };
        StepDownDto: {
            /**
             * @description How far behind a successor may be, and how long it is waited for; less than `seconds`
             * @default 10
             */
            catchUpSeconds?: number;
            /** @description Only if this member is primary: so the same call twice steps down once */
            from?: string;
            /**
             * @description For which it is not elected again
             * @default 60
             */
            seconds?: number;
        };
        StepDownPlanDto: {
            findings: components["schemas"]["FindingDto"][];
            isAllowed: boolean;
            primary: string | null;
        };
        StepDownResult: {
            formerPrimary: string;
            /** @description Takes writes now */
            primary: string;
        };
        TimeseriesDto: {
            /**
             * @default seconds
             * @enum {string}
             */
            granularity?: "seconds" | "minutes" | "hours";
            /** @example source */
            metaField?: string;
            /** @example timestamp */
            timeField: string;
        };
        UnusedIndex: {
            collection: string;
            /**
             * @description low: counted for less than a week, or not on every member
             * @enum {string}
             */
            confidence: "low" | "high";
            hidden: boolean;
            index: string;
            isOfModel: boolean;
            keys: Record<string, never>;
            /** @description For how long its use has been counted on all members */
            observedHours: number;
            sizeBytes: number;
            usage: components["schemas"]["IndexUsage"];
        };
        UpdateIndexDto: {
            /** @description A hidden index is kept up to date, but not used by queries */
            hidden: boolean;
        };
        UpdateMemberDto: {
            /**
             * @description Stays behind; needs priority 0
             * @default 0
             */
            delaySeconds?: number;
            /** @description Not seen by clients; needs priority 0 */
            hidden?: boolean;
            /**
             * @description 0 is never primary
             * @default 1
             */
            priority?: number;
            /** @description All of its tags */
            tags?: Record<string, never>;
            /**
             * @default 1
             * @enum {number}
             */
            votes?: 0 | 1;
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
            enabled?: boolean;
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
        WrittenKeyDto: {
            database: number;
            /** @description False where it replaced one */
            isNew: boolean;
            key: string;
            /** @enum {string} */
            keyEncoding: "utf8" | "base64";
            ttlSeconds: number | null;
            type: string;
        };
        ZoneDto: {
            name: string;
            ranges: components["schemas"]["ZoneRangeDto"][];
            shards: string[];
        };
        ZoneRangeDto: {
            /** @description Not included; Extended JSON */
            max: Record<string, never>;
            /** @description Included; Extended JSON */
            min: Record<string, never>;
            /** @example lucid_blockchain.transactions */
            namespace: string;
        };
        ZonesPage: {
            items: components["schemas"]["ZoneDto"][];
            page: components["schemas"]["ZonesPageInfo"];
        };
        ZonesPageInfo: {
            limit: number;
            nextCursor: string | null;
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
            /** @description A page of the list */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["ApiKeyDto"][];
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
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedApiKeyDto"];
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
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKeyDto"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            /** @description `NOT_FOUND`: There is nothing here; `API_KEY_NOT_FOUND`: There is no such API key */
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
    Audit_list: {
        parameters: {
            query?: {
                action?: string;
                /** @description Id of a key, or subject of a JWT */
                actor?: string;
                correlationId?: string;
                /** @description nextCursor of the page before */
                cursor?: string;
                from?: string;
                limit?: number;
                outcome?: "succeeded" | "planned" | "refused" | "failed";
                /** @description The address that was called */
                resource?: string;
                /** @description Up to, and without, this time */
                to?: string;
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
                        items: components["schemas"]["AuditEntryDto"][];
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
    Audit_verify: {
        parameters: {
            query?: {
                /** @description How far back */
                days?: number;
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
                    "application/json": components["schemas"]["AuditVerificationDto"];
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
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
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
            header?: {
                /** @description The same key and request give the same job; with another request the key is refused */
                "Idempotency-Key"?: string;
            };
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
            /** @description `NOT_FOUND`: There is nothing here; `BACKUP_NOT_FOUND`: There is no such backup */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `IDEMPOTENCY_KEY_REUSED`: The idempotency key was used for another request; `BACKUP_HELD`: The backup is on hold; `BACKUP_LAST_VERIFIED`: It is the last backup that is known to be good; `BACKUP_IN_USE`: The backup is being read */
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
            /** @description `NOT_FOUND`: There is nothing here; `BACKUP_NOT_FOUND`: There is no such backup */
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
            /** @description `RESTORE_REFUSED`: The restore would touch what it must not; `BACKUP_SCOPE_EMPTY`: Nothing matches what was asked for; `BACKUP_ENGINE_UNSUPPORTED`: This engine cannot be backed up here */
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
            /** @description OK */
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
            431: components["responses"]["Problem431"];
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
            /** @description Created */
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
            /** @description `REPOSITORY_NOT_FOUND`: There is no such repository */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `CONFLICT`: The request contradicts the present state */
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
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
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
            /** @description OK */
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
            /** @description `NOT_FOUND`: There is nothing here; `SCHEDULE_NOT_FOUND`: There is no such schedule */
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
            /** @description `NOT_FOUND`: There is nothing here; `SCHEDULE_NOT_FOUND`: There is no such schedule */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            412: components["responses"]["Problem412"];
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
            /** @description OK */
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
            /** @description `NOT_FOUND`: There is nothing here; `SCHEDULE_NOT_FOUND`: There is no such schedule; `REPOSITORY_NOT_FOUND`: There is no such repository */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `CONFLICT`: The request contradicts the present state */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            412: components["responses"]["Problem412"];
            413: components["responses"]["Problem413"];
            414: components["responses"]["Problem414"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    Cache_flush: {
        parameters: {
            query?: {
                /** @description Only counts what would be removed */
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
                "application/json": components["schemas"]["CacheFlushDto"];
            };
        };
        responses: {
            /** @description With dryRun */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CacheFlushPlan"];
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
            /** @description `VALIDATION_FAILED`: The request is not valid; `MALFORMED_BODY`: The body could not be read; `BAD_CURSOR`: The cursor does not belong to this query; `NAMESPACE_INVALID`: The name is not one that the engine takes */
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
            /** @description `CACHE_KEY_NOT_FOUND`: There is no such key in the cache */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `IDEMPOTENCY_KEY_REUSED`: The idempotency key was used for another request; `CONFLICT`: The request contradicts the present state */
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
            /** @description `MONGODB_UNAVAILABLE`: MongoDB cannot be reached; `REDIS_UNAVAILABLE`: Redis cannot be reached */
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
    Cache_list: {
        parameters: {
            query?: {
                /** @description nextCursor of the page before */
                cursor?: string;
                /** @description Database of the cache. Without it the one that REDIS_URI (or REDIS_DATABASE) names: 0 unless set. Cached documents lie in 3. On a Redis Cluster prefixes stand in */
                database?: number;
                limit?: number;
                /** @description As of SCAN MATCH: `*`, `?`, `[a-z]`, `\` before a character */
                pattern?: string;
                type?: "string" | "hash" | "list" | "set" | "zset" | "stream";
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
                    "application/json": components["schemas"]["CacheKeysPage"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid; `BAD_CURSOR`: The cursor does not belong to this query; `NAMESPACE_INVALID`: The name is not one that the engine takes */
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
            /** @description `CACHE_KEY_NOT_FOUND`: There is no such key in the cache */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `CONFLICT`: The request contradicts the present state */
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
            /** @description `MONGODB_UNAVAILABLE`: MongoDB cannot be reached; `REDIS_UNAVAILABLE`: Redis cannot be reached */
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
    Cache_get: {
        parameters: {
            query?: {
                /** @description Database of the cache. Without it the one that REDIS_URI (or REDIS_DATABASE) names: 0 unless set. Cached documents lie in 3. On a Redis Cluster prefixes stand in */
                database?: number;
                /** @description Of the key in the address; base64url for binary keys */
                encoding?: "utf8" | "base64";
            };
            header?: never;
            path: {
                key: string;
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
                    "application/json": components["schemas"]["CacheKeyDto"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid; `BAD_CURSOR`: The cursor does not belong to this query; `NAMESPACE_INVALID`: The name is not one that the engine takes */
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
            /** @description `NOT_FOUND`: There is nothing here; `CACHE_KEY_NOT_FOUND`: There is no such key in the cache */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `CONFLICT`: The request contradicts the present state */
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
            /** @description `MONGODB_UNAVAILABLE`: MongoDB cannot be reached; `REDIS_UNAVAILABLE`: Redis cannot be reached */
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
    Cache_put: {
        parameters: {
            query?: {
                /** @description Database of the cache. Without it the one that REDIS_URI (or REDIS_DATABASE) names: 0 unless set. Cached documents lie in 3. On a Redis Cluster prefixes stand in */
                database?: number;
                /** @description Of the key in the address; base64url for binary keys */
                encoding?: "utf8" | "base64";
            };
            header?: never;
            path: {
                key: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PutKeyDto"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WrittenKeyDto"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid; `MALFORMED_BODY`: The body could not be read; `BAD_CURSOR`: The cursor does not belong to this query; `NAMESPACE_INVALID`: The name is not one that the engine takes */
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
            /** @description `NOT_FOUND`: There is nothing here; `CACHE_KEY_NOT_FOUND`: There is no such key in the cache */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `CONFLICT`: The request contradicts the present state */
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
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            /** @description `MONGODB_UNAVAILABLE`: MongoDB cannot be reached; `REDIS_UNAVAILABLE`: Redis cannot be reached */
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
    Cache_remove: {
        parameters: {
            query?: {
                /** @description Database of the cache. Without it the one that REDIS_URI (or REDIS_DATABASE) names: 0 unless set. Cached documents lie in 3. On a Redis Cluster prefixes stand in */
                database?: number;
                /** @description Only shows what would be removed */
                dryRun?: "true" | "false";
                /** @description Of the key in the address; base64url for binary keys */
                encoding?: "utf8" | "base64";
            };
            header?: never;
            path: {
                key: string;
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
                    "application/json": components["schemas"]["CacheKeyDto"];
                };
            };
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `VALIDATION_FAILED`: The request is not valid; `BAD_CURSOR`: The cursor does not belong to this query; `NAMESPACE_INVALID`: The name is not one that the engine takes */
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
            /** @description `NOT_FOUND`: There is nothing here; `CACHE_KEY_NOT_FOUND`: There is no such key in the cache */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `CONFLICT`: The request contradicts the present state */
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
            /** @description `MONGODB_UNAVAILABLE`: MongoDB cannot be reached; `REDIS_UNAVAILABLE`: Redis cannot be reached */
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
    Cache_memory: {
        parameters: {
            query?: {
                /** @description Database of the cache. Without it the one that REDIS_URI (or REDIS_DATABASE) names: 0 unless set. Cached documents lie in 3. On a Redis Cluster prefixes stand in */
                database?: number;
                /** @description Keys to look at */
                keys?: number;
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
                    "application/json": components["schemas"]["CacheMemoryDto"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid; `BAD_CURSOR`: The cursor does not belong to this query; `NAMESPACE_INVALID`: The name is not one that the engine takes */
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
            /** @description `CACHE_KEY_NOT_FOUND`: There is no such key in the cache */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `CONFLICT`: The request contradicts the present state */
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
            /** @description `MONGODB_UNAVAILABLE`: MongoDB cannot be reached; `REDIS_UNAVAILABLE`: Redis cannot be reached */
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
    Cache_stats: {
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
                    "application/json": components["schemas"]["CacheStatsDto"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid; `BAD_CURSOR`: The cursor does not belong to this query; `NAMESPACE_INVALID`: The name is not one that the engine takes */
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
            /** @description `CACHE_KEY_NOT_FOUND`: There is no such key in the cache */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `CONFLICT`: The request contradicts the present state */
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
            /** @description `MONGODB_UNAVAILABLE`: MongoDB cannot be reached; `REDIS_UNAVAILABLE`: Redis cannot be reached */
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
    Collections_list: {
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
                    "application/json": components["schemas"]["CollectionsPage"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid; `NAMESPACE_INVALID`: The name is not one that the engine takes; `EXTENDED_JSON_INVALID`: A value is no Extended JSON; `BAD_CURSOR`: The cursor does not belong to this query */
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
            /** @description `COLLECTION_NOT_FOUND`: There is no such collection */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `COLLECTION_EXISTS`: A collection or view of this name exists; `COLLECTION_CHANGED`: The collection was changed meanwhile; `CONFIRMATION_REQUIRED`: This must be asked for twice; `INDEX_CONFLICT`: Another index has the name or the keys; `LEASE_HELD`: Somebody else is changing this now */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `DEFINITION_INVALID`: MongoDB refuses the definition of a collection or an index */
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
    Collections_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateCollectionDto"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CollectionView"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid; `MALFORMED_BODY`: The body could not be read; `NAMESPACE_INVALID`: The name is not one that the engine takes; `EXTENDED_JSON_INVALID`: A value is no Extended JSON; `BAD_CURSOR`: The cursor does not belong to this query */
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
            /** @description `COLLECTION_NOT_FOUND`: There is no such collection */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `COLLECTION_EXISTS`: A collection or view of this name exists; `COLLECTION_CHANGED`: The collection was changed meanwhile; `CONFIRMATION_REQUIRED`: This must be asked for twice; `INDEX_CONFLICT`: Another index has the name or the keys; `LEASE_HELD`: Somebody else is changing this now */
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
            /** @description `DEFINITION_INVALID`: MongoDB refuses the definition of a collection or an index */
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
    Collections_get: {
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
                    "application/json": components["schemas"]["CollectionView"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid; `NAMESPACE_INVALID`: The name is not one that the engine takes; `EXTENDED_JSON_INVALID`: A value is no Extended JSON; `BAD_CURSOR`: The cursor does not belong to this query */
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
            /** @description `NOT_FOUND`: There is nothing here; `COLLECTION_NOT_FOUND`: There is no such collection */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `COLLECTION_EXISTS`: A collection or view of this name exists; `COLLECTION_CHANGED`: The collection was changed meanwhile; `CONFIRMATION_REQUIRED`: This must be asked for twice; `INDEX_CONFLICT`: Another index has the name or the keys; `LEASE_HELD`: Somebody else is changing this now */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            414: components["responses"]["Problem414"];
            /** @description `DEFINITION_INVALID`: MongoDB refuses the definition of a collection or an index */
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
    Collections_remove: {
        parameters: {
            query?: {
                /** @description A job: dropped when a backup of it is committed, and nothing was written to it since */
                backup?: "true" | "false";
                /** @description The name once more: the collection of a model goes only with it */
                confirm?: string;
                /** @description Only says what would go */
                dryRun?: "true" | "false";
            };
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
                    "application/json": components["schemas"]["CollectionDropReport"];
                };
            };
            /** @description With backup: the job */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid; `NAMESPACE_INVALID`: The name is not one that the engine takes; `EXTENDED_JSON_INVALID`: A value is no Extended JSON; `BAD_CURSOR`: The cursor does not belong to this query */
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
            /** @description `NOT_FOUND`: There is nothing here; `COLLECTION_NOT_FOUND`: There is no such collection */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `COLLECTION_EXISTS`: A collection or view of this name exists; `COLLECTION_CHANGED`: The collection was changed meanwhile; `CONFIRMATION_REQUIRED`: This must be asked for twice; `INDEX_CONFLICT`: Another index has the name or the keys; `LEASE_HELD`: Somebody else is changing this now */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            414: components["responses"]["Problem414"];
            /** @description `DEFINITION_INVALID`: MongoDB refuses the definition of a collection or an index */
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
    Documents_list: {
        parameters: {
            query?: {
                /** @description Also where no index serves and the collection is large */
                allowScan?: "true" | "false";
                /** @description `estimated` counts up to 10,000 with a filter */
                count?: "none" | "estimated" | "exact";
                /** @description nextCursor of the page before, with the same filter and sort */
                cursor?: string;
                /** @description Only these fields, and `_id` */
                fields?: string;
                /** @description Extended JSON; its operators: docs/rest.md */
                filter?: string;
                /** @description A page ends early at 16 MiB */
                limit?: number;
                /** @description 504 after so many milliseconds */
                maxTimeMS?: number;
                /** @description Secondaries may be behind */
                readPreference?: "primary" | "primaryPreferred" | "secondary" | "secondaryPreferred" | "nearest";
                /** @description Fields, `-` for descending; by `_id` without it */
                sort?: string;
            };
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
                    "application/json": components["schemas"]["DocumentsPage"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid; `EXTENDED_JSON_INVALID`: A value is no Extended JSON; `FILTER_INVALID`: The filter is not one that is taken; `BAD_CURSOR`: The cursor does not belong to this query; `NAMESPACE_INVALID`: The name is not one that the engine takes */
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
            /** @description `NOT_FOUND`: There is nothing here; `DOCUMENT_NOT_FOUND`: There is no such document; `COLLECTION_NOT_FOUND`: There is no such collection */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `DUPLICATE_KEY`: A unique value is taken; `IDEMPOTENCY_KEY_REUSED`: The idempotency key was used for another request; `CONFLICT`: The request contradicts the present state */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `CHANGE_HISTORY_LOST`: The changes after this event are not known any more */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `PRECONDITION_FAILED`: It was changed since it was read */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `DOCUMENT_TOO_LARGE`: A document has at most 16 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            414: components["responses"]["Problem414"];
            /** @description `DOCUMENT_INVALID`: The document breaks the validator; `PATCH_REFUSED`: The patch does not fit the document; `QUERY_NOT_INDEXED`: No index serves this query */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `PRECONDITION_REQUIRED`: It must be said which version is changed */
            428: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            /** @description `MONGODB_UNAVAILABLE`: MongoDB cannot be reached; `SERVICE_STOPPING`: The service is stopping */
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
    Documents_create: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body are stored once */
                "Idempotency-Key"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description All of a bulk */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkAnswer"];
                };
            };
            /** @description The document, as Extended JSON */
            201: {
                headers: {
                    ETag?: unknown;
                    Location?: unknown;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description A part of a bulk */
            207: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkAnswer"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid; `MALFORMED_BODY`: The body could not be read; `EXTENDED_JSON_INVALID`: A value is no Extended JSON; `FILTER_INVALID`: The filter is not one that is taken; `BAD_CURSOR`: The cursor does not belong to this query; `NAMESPACE_INVALID`: The name is not one that the engine takes */
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
            /** @description `NOT_FOUND`: There is nothing here; `DOCUMENT_NOT_FOUND`: There is no such document; `COLLECTION_NOT_FOUND`: There is no such collection */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `DUPLICATE_KEY`: A unique value is taken; `IDEMPOTENCY_KEY_REUSED`: The idempotency key was used for another request; `CONFLICT`: The request contradicts the present state */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `CHANGE_HISTORY_LOST`: The changes after this event are not known any more */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `PRECONDITION_FAILED`: It was changed since it was read */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `PAYLOAD_TOO_LARGE`: The body is too large; `DOCUMENT_TOO_LARGE`: A document has at most 16 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            414: components["responses"]["Problem414"];
            415: components["responses"]["Problem415"];
            /** @description `DOCUMENT_INVALID`: The document breaks the validator; `PATCH_REFUSED`: The patch does not fit the document; `QUERY_NOT_INDEXED`: No index serves this query */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `PRECONDITION_REQUIRED`: It must be said which version is changed */
            428: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            /** @description `MONGODB_UNAVAILABLE`: MongoDB cannot be reached; `SERVICE_STOPPING`: The service is stopping */
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
    Documents_get: {
        parameters: {
            query?: never;
            header?: {
                /** @description 304 where it is still the same */
                "If-None-Match"?: string;
            };
            path: {
                /** @description 24 hexadecimal digits, a whole number, Extended JSON, or any other text */
                id: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The document, as Extended JSON */
            200: {
                headers: {
                    /** @description RFC 9211 */
                    "Cache-Status"?: unknown;
                    ETag?: unknown;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description It is still the same */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `VALIDATION_FAILED`: The request is not valid; `EXTENDED_JSON_INVALID`: A value is no Extended JSON; `FILTER_INVALID`: The filter is not one that is taken; `BAD_CURSOR`: The cursor does not belong to this query; `NAMESPACE_INVALID`: The name is not one that the engine takes */
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
            /** @description `NOT_FOUND`: There is nothing here; `DOCUMENT_NOT_FOUND`: There is no such document; `COLLECTION_NOT_FOUND`: There is no such collection */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `DUPLICATE_KEY`: A unique value is taken; `IDEMPOTENCY_KEY_REUSED`: The idempotency key was used for another request; `CONFLICT`: The request contradicts the present state */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `CHANGE_HISTORY_LOST`: The changes after this event are not known any more */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `PRECONDITION_FAILED`: It was changed since it was read */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `DOCUMENT_TOO_LARGE`: A document has at most 16 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            414: components["responses"]["Problem414"];
            /** @description `DOCUMENT_INVALID`: The document breaks the validator; `PATCH_REFUSED`: The patch does not fit the document; `QUERY_NOT_INDEXED`: No index serves this query */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `PRECONDITION_REQUIRED`: It must be said which version is changed */
            428: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            /** @description `MONGODB_UNAVAILABLE`: MongoDB cannot be reached; `SERVICE_STOPPING`: The service is stopping */
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
    Documents_replace: {
        parameters: {
            query?: never;
            header: {
                /** @description ETag it was read with, or `*`: 412 where it changed */
                "If-Match": string;
            };
            path: {
                /** @description 24 hexadecimal digits, a whole number, Extended JSON, or any other text */
                id: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description The document, as Extended JSON */
            200: {
                headers: {
                    ETag?: unknown;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid; `MALFORMED_BODY`: The body could not be read; `EXTENDED_JSON_INVALID`: A value is no Extended JSON; `FILTER_INVALID`: The filter is not one that is taken; `BAD_CURSOR`: The cursor does not belong to this query; `NAMESPACE_INVALID`: The name is not one that the engine takes */
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
            /** @description `NOT_FOUND`: There is nothing here; `DOCUMENT_NOT_FOUND`: There is no such document; `COLLECTION_NOT_FOUND`: There is no such collection */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `DUPLICATE_KEY`: A unique value is taken; `IDEMPOTENCY_KEY_REUSED`: The idempotency key was used for another request; `CONFLICT`: The request contradicts the present state */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `CHANGE_HISTORY_LOST`: The changes after this event are not known any more */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            412: components["responses"]["Problem412"];
            /** @description `PAYLOAD_TOO_LARGE`: The body is too large; `DOCUMENT_TOO_LARGE`: A document has at most 16 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            414: components["responses"]["Problem414"];
            415: components["responses"]["Problem415"];
            /** @description `DOCUMENT_INVALID`: The document breaks the validator; `PATCH_REFUSED`: The patch does not fit the document; `QUERY_NOT_INDEXED`: No index serves this query */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `PRECONDITION_REQUIRED`: It must be said which version is changed */
            428: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            /** @description `MONGODB_UNAVAILABLE`: MongoDB cannot be reached; `SERVICE_STOPPING`: The service is stopping */
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
    Documents_remove: {
        parameters: {
            query?: {
                /** @description 200 and what would be removed; nothing is */
                dryRun?: "true" | "false";
            };
            header: {
                /** @description ETag it was read with, or `*`: 412 where it changed */
                "If-Match": string;
            };
            path: {
                /** @description 24 hexadecimal digits, a whole number, Extended JSON, or any other text */
                id: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description With dryRun */
            200: {
                headers: {
                    /** @description Its revision, for If-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DocumentRemovalPlan"];
                };
            };
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `VALIDATION_FAILED`: The request is not valid; `EXTENDED_JSON_INVALID`: A value is no Extended JSON; `FILTER_INVALID`: The filter is not one that is taken; `BAD_CURSOR`: The cursor does not belong to this query; `NAMESPACE_INVALID`: The name is not one that the engine takes */
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
            /** @description `NOT_FOUND`: There is nothing here; `DOCUMENT_NOT_FOUND`: There is no such document; `COLLECTION_NOT_FOUND`: There is no such collection */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `DUPLICATE_KEY`: A unique value is taken; `IDEMPOTENCY_KEY_REUSED`: The idempotency key was used for another request; `CONFLICT`: The request contradicts the present state */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `CHANGE_HISTORY_LOST`: The changes after this event are not known any more */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            412: components["responses"]["Problem412"];
            /** @description `DOCUMENT_TOO_LARGE`: A document has at most 16 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            414: components["responses"]["Problem414"];
            /** @description `DOCUMENT_INVALID`: The document breaks the validator; `PATCH_REFUSED`: The patch does not fit the document; `QUERY_NOT_INDEXED`: No index serves this query */
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
            /** @description `PRECONDITION_REQUIRED`: It must be said which version is changed */
            428: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            /** @description `MONGODB_UNAVAILABLE`: MongoDB cannot be reached; `SERVICE_STOPPING`: The service is stopping */
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
    Documents_update: {
        parameters: {
            query?: never;
            header: {
                /** @description ETag it was read with, or `*`: 412 where it changed */
                "If-Match": string;
            };
            path: {
                /** @description 24 hexadecimal digits, a whole number, Extended JSON, or any other text */
                id: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json-patch+json": {
                    [key: string]: unknown;
                } | Record<string, never>[];
                "application/merge-patch+json": {
                    [key: string]: unknown;
                } | Record<string, never>[];
            };
        };
        responses: {
            /** @description The document, as Extended JSON */
            200: {
                headers: {
                    ETag?: unknown;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid; `MALFORMED_BODY`: The body could not be read; `EXTENDED_JSON_INVALID`: A value is no Extended JSON; `FILTER_INVALID`: The filter is not one that is taken; `BAD_CURSOR`: The cursor does not belong to this query; `NAMESPACE_INVALID`: The name is not one that the engine takes */
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
            /** @description `NOT_FOUND`: There is nothing here; `DOCUMENT_NOT_FOUND`: There is no such document; `COLLECTION_NOT_FOUND`: There is no such collection */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `DUPLICATE_KEY`: A unique value is taken; `IDEMPOTENCY_KEY_REUSED`: The idempotency key was used for another request; `CONFLICT`: The request contradicts the present state */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `CHANGE_HISTORY_LOST`: The changes after this event are not known any more */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            412: components["responses"]["Problem412"];
            /** @description `PAYLOAD_TOO_LARGE`: The body is too large; `DOCUMENT_TOO_LARGE`: A document has at most 16 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            414: components["responses"]["Problem414"];
            415: components["responses"]["Problem415"];
            /** @description `DOCUMENT_INVALID`: The document breaks the validator; `PATCH_REFUSED`: The patch does not fit the document; `QUERY_NOT_INDEXED`: No index serves this query */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `PRECONDITION_REQUIRED`: It must be said which version is changed */
            428: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            /** @description `MONGODB_UNAVAILABLE`: MongoDB cannot be reached; `SERVICE_STOPPING`: The service is stopping */
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
    Documents_follow: {
        parameters: {
            query?: {
                /** @description With an update, the document as it is by then */
                fullDocument?: "true" | "false";
                /** @description Only these of insert, update, replace, delete, drop, rename, dropDatabase */
                operations?: string;
            };
            header?: {
                /** @description 410 where the oplog does not reach back to it */
                "Last-Event-ID"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events change, heartbeat, invalidate and error */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid; `EXTENDED_JSON_INVALID`: A value is no Extended JSON; `FILTER_INVALID`: The filter is not one that is taken; `BAD_CURSOR`: The cursor does not belong to this query; `NAMESPACE_INVALID`: The name is not one that the engine takes */
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
            /** @description `NOT_FOUND`: There is nothing here; `DOCUMENT_NOT_FOUND`: There is no such document; `COLLECTION_NOT_FOUND`: There is no such collection */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `DUPLICATE_KEY`: A unique value is taken; `IDEMPOTENCY_KEY_REUSED`: The idempotency key was used for another request; `CONFLICT`: The request contradicts the present state */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `CHANGE_HISTORY_LOST`: The changes after this event are not known any more */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `PRECONDITION_FAILED`: It was changed since it was read */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `DOCUMENT_TOO_LARGE`: A document has at most 16 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            414: components["responses"]["Problem414"];
            /** @description `DOCUMENT_INVALID`: The document breaks the validator; `PATCH_REFUSED`: The patch does not fit the document; `QUERY_NOT_INDEXED`: No index serves this query */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `PRECONDITION_REQUIRED`: It must be said which version is changed */
            428: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            /** @description `MONGODB_UNAVAILABLE`: MongoDB cannot be reached; `SERVICE_STOPPING`: The service is stopping */
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
    Documents_export: {
        parameters: {
            query?: {
                /** @description Also where no index serves and the collection is large */
                allowScan?: "true" | "false";
                /** @description Only these fields, and `_id` */
                fields?: string;
                /** @description Extended JSON; its operators: docs/rest.md */
                filter?: string;
                /** @description Secondaries may be behind */
                readPreference?: "primary" | "primaryPreferred" | "secondary" | "secondaryPreferred" | "nearest";
                /** @description Fields, `-` for descending; by `_id` without it */
                sort?: string;
            };
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A line `{"$error": …}` and a cut connection where it fails on the way */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid; `EXTENDED_JSON_INVALID`: A value is no Extended JSON; `FILTER_INVALID`: The filter is not one that is taken; `BAD_CURSOR`: The cursor does not belong to this query; `NAMESPACE_INVALID`: The name is not one that the engine takes */
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
            /** @description `NOT_FOUND`: There is nothing here; `DOCUMENT_NOT_FOUND`: There is no such document; `COLLECTION_NOT_FOUND`: There is no such collection */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `DUPLICATE_KEY`: A unique value is taken; `IDEMPOTENCY_KEY_REUSED`: The idempotency key was used for another request; `CONFLICT`: The request contradicts the present state */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `CHANGE_HISTORY_LOST`: The changes after this event are not known any more */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `PRECONDITION_FAILED`: It was changed since it was read */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `DOCUMENT_TOO_LARGE`: A document has at most 16 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            414: components["responses"]["Problem414"];
            /** @description `DOCUMENT_INVALID`: The document breaks the validator; `PATCH_REFUSED`: The patch does not fit the document; `QUERY_NOT_INDEXED`: No index serves this query */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `PRECONDITION_REQUIRED`: It must be said which version is changed */
            428: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            /** @description `MONGODB_UNAVAILABLE`: MongoDB cannot be reached; `SERVICE_STOPPING`: The service is stopping */
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
    Indexes_list: {
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
                    "application/json": components["schemas"]["IndexList"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid; `NAMESPACE_INVALID`: The name is not one that the engine takes; `EXTENDED_JSON_INVALID`: A value is no Extended JSON */
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
            /** @description `NOT_FOUND`: There is nothing here; `COLLECTION_NOT_FOUND`: There is no such collection; `INDEX_NOT_FOUND`: There is no such index */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `INDEX_CONFLICT`: Another index has the name or the keys; `COLLECTION_CHANGED`: The collection was changed meanwhile; `CONFIRMATION_REQUIRED`: This must be asked for twice; `CONFLICT`: The request contradicts the present state */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            414: components["responses"]["Problem414"];
            /** @description `DEFINITION_INVALID`: MongoDB refuses the definition of a collection or an index */
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
    Indexes_create: {
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
                "application/json": components["schemas"]["CreateIndexDto"];
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
            /** @description `VALIDATION_FAILED`: The request is not valid; `MALFORMED_BODY`: The body could not be read; `NAMESPACE_INVALID`: The name is not one that the engine takes; `EXTENDED_JSON_INVALID`: A value is no Extended JSON */
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
            /** @description `NOT_FOUND`: There is nothing here; `COLLECTION_NOT_FOUND`: There is no such collection; `INDEX_NOT_FOUND`: There is no such index */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `IDEMPOTENCY_KEY_REUSED`: The idempotency key was used for another request; `INDEX_CONFLICT`: Another index has the name or the keys; `COLLECTION_CHANGED`: The collection was changed meanwhile; `CONFIRMATION_REQUIRED`: This must be asked for twice; `CONFLICT`: The request contradicts the present state */
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
            /** @description `DEFINITION_INVALID`: MongoDB refuses the definition of a collection or an index */
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
    Indexes_remove: {
        parameters: {
            query?: {
                /** @description The name once more: the index of a model goes only with it */
                confirm?: string;
                /** @description Only says what would go, with the evidence of its use */
                dryRun?: "true" | "false";
                /** @description Hides it and leaves it hidden: queries go without it from now on, and it comes back at once */
                hideFirst?: "true" | "false";
            };
            header?: never;
            path: {
                index: string;
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
                    "application/json": components["schemas"]["IndexDropReport"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid; `NAMESPACE_INVALID`: The name is not one that the engine takes; `EXTENDED_JSON_INVALID`: A value is no Extended JSON */
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
            /** @description `NOT_FOUND`: There is nothing here; `COLLECTION_NOT_FOUND`: There is no such collection; `INDEX_NOT_FOUND`: There is no such index */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `INDEX_CONFLICT`: Another index has the name or the keys; `COLLECTION_CHANGED`: The collection was changed meanwhile; `CONFIRMATION_REQUIRED`: This must be asked for twice; `CONFLICT`: The request contradicts the present state */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            414: components["responses"]["Problem414"];
            /** @description `DEFINITION_INVALID`: MongoDB refuses the definition of a collection or an index */
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
    Indexes_update: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                index: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateIndexDto"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IndexView"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid; `MALFORMED_BODY`: The body could not be read; `NAMESPACE_INVALID`: The name is not one that the engine takes; `EXTENDED_JSON_INVALID`: A value is no Extended JSON */
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
            /** @description `NOT_FOUND`: There is nothing here; `COLLECTION_NOT_FOUND`: There is no such collection; `INDEX_NOT_FOUND`: There is no such index */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `INDEX_CONFLICT`: Another index has the name or the keys; `COLLECTION_CHANGED`: The collection was changed meanwhile; `CONFIRMATION_REQUIRED`: This must be asked for twice; `CONFLICT`: The request contradicts the present state */
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
            /** @description `DEFINITION_INVALID`: MongoDB refuses the definition of a collection or an index */
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
    Explain_explain: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ExplainBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExplanationDto"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid; `MALFORMED_BODY`: The body could not be read; `FILTER_INVALID`: The filter is not one that is taken; `NAMESPACE_INVALID`: The name is not one that the engine takes */
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
            /** @description `COLLECTION_NOT_FOUND`: There is no such collection */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            /** @description `QUERY_REFUSED`: MongoDB does not take the query */
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
    Database_getHealth: {
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
                    "application/json": components["schemas"]["DatabaseHealth"];
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
    IndexAdvice_list: {
        parameters: {
            query?: {
                collection?: string;
                /** @description How far back slow queries count */
                hours?: number;
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
                    "application/json": components["schemas"]["IndexAdvicesDto"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            /** @description `INDEX_ADVICE_NOT_FOUND`: Nothing supports this proposal any more */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `CONFLICT`: The request contradicts the present state */
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
    IndexAdvice_try: {
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
            /** @description `NOT_FOUND`: There is nothing here; `INDEX_ADVICE_NOT_FOUND`: Nothing supports this proposal any more */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `IDEMPOTENCY_KEY_REUSED`: The idempotency key was used for another request; `CONFLICT`: The request contradicts the present state */
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
    IndexReport_get: {
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
                    "application/json": components["schemas"]["IndexReport"];
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
    Migrations_list: {
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
                    "application/json": components["schemas"]["MigrationsDto"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            /** @description `MIGRATION_NOT_FOUND`: There is no such migration */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `MIGRATION_UNKNOWN`: The database has a migration that this version does not know; `MIGRATION_CHANGED`: An applied migration was edited; `MIGRATION_IRREVERSIBLE`: A migration has no way back; `CONFLICT`: The request contradicts the present state */
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
            /** @description `MIGRATION_NOT_FOUND`: There is no such migration */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `IDEMPOTENCY_KEY_REUSED`: The idempotency key was used for another request; `MIGRATION_UNKNOWN`: The database has a migration that this version does not know; `MIGRATION_CHANGED`: An applied migration was edited; `MIGRATION_IRREVERSIBLE`: A migration has no way back; `CONFLICT`: The request contradicts the present state */
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
            /** @description `MIGRATION_NOT_FOUND`: There is no such migration */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `IDEMPOTENCY_KEY_REUSED`: The idempotency key was used for another request; `MIGRATION_UNKNOWN`: The database has a migration that this version does not know; `MIGRATION_CHANGED`: An applied migration was edited; `MIGRATION_IRREVERSIBLE`: A migration has no way back; `CONFLICT`: The request contradicts the present state */
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
    Operations_list: {
        parameters: {
            query?: {
                /** @description With what the server does for itself */
                internal?: "true" | "false";
                limit?: number;
                /** @description Running for at least so many seconds */
                minSeconds?: number;
                /** @description `database.collection`, or `database` for all of it */
                namespace?: string;
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
                    "application/json": components["schemas"]["OperationsDto"];
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
            /** @description `OPERATION_NOT_FOUND`: There is no such operation any more */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `OPERATION_PROTECTED`: The operation is not one to be killed; `CONFLICT`: The request contradicts the present state */
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
    Operations_kill: {
        parameters: {
            query?: {
                /** @description Needed for an index build, and for what the suite’s own services do */
                confirm?: "true" | "false";
                /** @description Only says whether it would be killed */
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
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KilledOperationDto"];
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
            /** @description `NOT_FOUND`: There is nothing here; `OPERATION_NOT_FOUND`: There is no such operation any more */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `OPERATION_PROTECTED`: The operation is not one to be killed; `CONFLICT`: The request contradicts the present state */
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
    Profiler_get: {
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
                    "application/json": components["schemas"]["ProfilerDto"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            /** @description `CONFLICT`: The request contradicts the present state */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `QUERY_REFUSED`: MongoDB does not take the query */
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
    Profiler_put: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PutProfilerDto"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProfilerDto"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            /** @description `CONFLICT`: The request contradicts the present state */
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
            /** @description `QUERY_REFUSED`: MongoDB does not take the query */
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
    ReplicaSet_get: {
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
                    "application/json": components["schemas"]["ReplicaSetDto"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            /** @description `NOT_REPLICA_SET`: This MongoDB has no members to show or change */
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
    ReplicaSet_add: {
        parameters: {
            query?: {
                /** @description Changes nothing: 200, what it would do and why not */
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
                "application/json": components["schemas"]["AddMemberDto"];
            };
        };
        responses: {
            /** @description With dryRun */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReconfigurationPlan"];
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
            /** @description `IDEMPOTENCY_KEY_REUSED`: The idempotency key was used for another request; `NOT_REPLICA_SET`: This MongoDB has no members to show or change; `RECONFIGURATION_REFUSED`: The change would harm the replica set */
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
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    ReplicaSet_remove: {
        parameters: {
            query?: {
                /** @description Changes nothing: 200, what it would do and why not */
                dryRun?: "true" | "false";
                /** @description Lets it step down first where it is primary */
                stepDown?: "true" | "false";
            };
            header?: never;
            path: {
                host: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The second with dryRun */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReconfigurationResult"] | components["schemas"]["ReconfigurationPlan"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            /** @description `NOT_FOUND`: There is nothing here; `MEMBER_NOT_FOUND`: There is no such member */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `NOT_REPLICA_SET`: This MongoDB has no members to show or change; `RECONFIGURATION_REFUSED`: The change would harm the replica set; `STEP_DOWN_REFUSED`: No other member can become primary now; `LEASE_HELD`: Somebody else is changing this now; `LEASE_LOST`: Another worker took over what this one was changing */
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
    ReplicaSet_update: {
        parameters: {
            query?: {
                /** @description Changes nothing: 200, what it would do and why not */
                dryRun?: "true" | "false";
            };
            header?: never;
            path: {
                host: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateMemberDto"];
            };
        };
        responses: {
            /** @description The second with dryRun */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReconfigurationResult"] | components["schemas"]["ReconfigurationPlan"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            /** @description `NOT_FOUND`: There is nothing here; `MEMBER_NOT_FOUND`: There is no such member */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `NOT_REPLICA_SET`: This MongoDB has no members to show or change; `RECONFIGURATION_REFUSED`: The change would harm the replica set; `LEASE_HELD`: Somebody else is changing this now; `LEASE_LOST`: Another worker took over what this one was changing */
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
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    ReplicaSet_stepDown: {
        parameters: {
            query?: {
                /** @description Changes nothing: 200, what it would do and why not */
                dryRun?: "true" | "false";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StepDownDto"];
            };
        };
        responses: {
            /** @description The second with dryRun */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StepDownResult"] | components["schemas"]["StepDownPlanDto"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            /** @description `NOT_REPLICA_SET`: This MongoDB has no members to show or change; `STEP_DOWN_REFUSED`: No other member can become primary now; `CONFLICT`: The request contradicts the present state; `LEASE_HELD`: Somebody else is changing this now; `LEASE_LOST`: Another worker took over what this one was changing */
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
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    Sharding_analyze: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AnalyzeKeyDto"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnalyzedKeyDto"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid; `MALFORMED_BODY`: The body could not be read; `NAMESPACE_INVALID`: The name is not one that the engine takes */
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
            413: components["responses"]["Problem413"];
            415: components["responses"]["Problem415"];
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    Balancer_get: {
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
                    "application/json": components["schemas"]["BalancerDto"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            /** @description `NOT_SHARDED`: This MongoDB is no sharded cluster; `LEASE_HELD`: Somebody else is changing this now; `LEASE_LOST`: Another worker took over what this one was changing */
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
    Balancer_start: {
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
                    "application/json": components["schemas"]["BalancerDto"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            /** @description `NOT_SHARDED`: This MongoDB is no sharded cluster; `LEASE_HELD`: Somebody else is changing this now; `LEASE_LOST`: Another worker took over what this one was changing */
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
    Balancer_stop: {
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
                    "application/json": components["schemas"]["BalancerDto"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            /** @description `NOT_SHARDED`: This MongoDB is no sharded cluster; `LEASE_HELD`: Somebody else is changing this now; `LEASE_LOST`: Another worker took over what this one was changing */
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
    Balancer_setWindow: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BalancerWindowDto"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BalancerDto"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            /** @description `NOT_SHARDED`: This MongoDB is no sharded cluster; `LEASE_HELD`: Somebody else is changing this now; `LEASE_LOST`: Another worker took over what this one was changing */
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
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    Balancer_removeWindow: {
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
                    "application/json": components["schemas"]["BalancerDto"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            /** @description `NOT_SHARDED`: This MongoDB is no sharded cluster; `LEASE_HELD`: Somebody else is changing this now; `LEASE_LOST`: Another worker took over what this one was changing */
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
    Sharding_enable: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EnableShardingDto"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EnabledDto"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid; `MALFORMED_BODY`: The body could not be read; `NAMESPACE_INVALID`: The name is not one that the engine takes */
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
            /** @description `SHARD_NOT_FOUND`: There is no such shard */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `NOT_SHARDED`: This MongoDB is no sharded cluster; `SHARDING_REFUSED`: The collection or zone cannot be sharded so; `LEASE_HELD`: Somebody else is changing this now; `LEASE_LOST`: Another worker took over what this one was changing */
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
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    Sharding_shardCollection: {
        parameters: {
            query?: {
                /** @description Changes nothing: 200, what it would do and why not */
                dryRun?: "true" | "false";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ShardCollectionDto"];
            };
        };
        responses: {
            /** @description The second with dryRun */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShardedResult"] | components["schemas"]["ShardPlanDto"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid; `MALFORMED_BODY`: The body could not be read; `NAMESPACE_INVALID`: The name is not one that the engine takes */
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
            /** @description `NOT_SHARDED`: This MongoDB is no sharded cluster; `SHARDING_REFUSED`: The collection or zone cannot be sharded so; `LEASE_HELD`: Somebody else is changing this now; `LEASE_LOST`: Another worker took over what this one was changing */
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
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    Sharding_status: {
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
                    "application/json": components["schemas"]["ShardingStatusDto"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            /** @description `NOT_SHARDED`: This MongoDB is no sharded cluster */
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
    Zones_list: {
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
                    "application/json": components["schemas"]["ZonesPage"];
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
            /** @description `NOT_SHARDED`: This MongoDB is no sharded cluster */
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
    Zones_add: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AddToZoneDto"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ZoneDto"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            /** @description `SHARD_NOT_FOUND`: There is no such shard */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `NOT_SHARDED`: This MongoDB is no sharded cluster; `LEASE_HELD`: Somebody else is changing this now; `LEASE_LOST`: Another worker took over what this one was changing */
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
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    Zones_remove: {
        parameters: {
            query?: {
                /** @description Changes nothing: 200, what it would do and why not */
                dryRun?: "true" | "false";
                /** @description Takes only this shard out of it */
                shard?: string;
            };
            header?: never;
            path: {
                zone: string;
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
                    "application/json": components["schemas"]["ZoneDto"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            /** @description `NOT_FOUND`: There is nothing here; `ZONE_NOT_FOUND`: There is no such zone or range; `SHARD_NOT_FOUND`: There is no such shard */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `NOT_SHARDED`: This MongoDB is no sharded cluster; `SHARDING_REFUSED`: The collection or zone cannot be sharded so; `LEASE_HELD`: Somebody else is changing this now; `LEASE_LOST`: Another worker took over what this one was changing */
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
    Zones_addRange: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                zone: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AddRangeDto"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ZoneDto"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid; `MALFORMED_BODY`: The body could not be read; `NAMESPACE_INVALID`: The name is not one that the engine takes; `EXTENDED_JSON_INVALID`: A value is no Extended JSON */
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
            /** @description `NOT_FOUND`: There is nothing here; `ZONE_NOT_FOUND`: There is no such zone or range */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `NOT_SHARDED`: This MongoDB is no sharded cluster; `SHARDING_REFUSED`: The collection or zone cannot be sharded so; `LEASE_HELD`: Somebody else is changing this now; `LEASE_LOST`: Another worker took over what this one was changing */
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
            429: components["responses"]["Problem429"];
            431: components["responses"]["Problem431"];
            503: components["responses"]["Problem503"];
            504: components["responses"]["Problem504"];
        };
    };
    Zones_removeRange: {
        parameters: {
            query: {
                /** @description Of the main database */
                collection: string;
                /** @description Where the range begins, as Extended JSON */
                min: string;
            };
            header?: never;
            path: {
                zone: string;
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
                    "application/json": components["schemas"]["ZoneDto"];
                };
            };
            /** @description `VALIDATION_FAILED`: The request is not valid; `NAMESPACE_INVALID`: The name is not one that the engine takes; `EXTENDED_JSON_INVALID`: A value is no Extended JSON */
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
            /** @description `NOT_FOUND`: There is nothing here; `ZONE_NOT_FOUND`: There is no such zone or range */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `NOT_SHARDED`: This MongoDB is no sharded cluster; `SHARDING_REFUSED`: The collection or zone cannot be sharded so; `LEASE_HELD`: Somebody else is changing this now; `LEASE_LOST`: Another worker took over what this one was changing */
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
    SlowQueries_list: {
        parameters: {
            query?: {
                collection?: string;
                /** @description nextCursor of the page before */
                cursor?: string;
                /** @description An hour ago without it */
                from?: string;
                limit?: number;
                minMs?: number;
                sort?: "-totalMs" | "-p95Ms" | "-count" | "-docsExamined" | "-lastSeen";
                /** @description Now without it */
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
                    "application/json": components["schemas"]["SlowQueriesDto"];
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
    Database_getStats: {
        parameters: {
            query?: {
                /** @description exact reads every index or collection; 504 where that takes too long */
                count?: "estimated" | "exact";
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
                    "application/json": components["schemas"]["DatabaseStats"];
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
    Protection_get: {
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
                    "application/json": components["schemas"]["ProtectionDto"];
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
    Protection_put: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PutProtectionDto"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProtectionDto"];
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
