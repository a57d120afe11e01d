-- How every connection of the store is set up, whatever the database. recursive_triggers: so that
-- REPLACE cannot get past the append-only triggers. wal_autocheckpoint: the one writer folds the
-- WAL back itself, between commits. secure_delete: what is removed is overwritten.

-- statement configure
PRAGMA trusted_schema = OFF;
PRAGMA cell_size_check = ON;
PRAGMA foreign_keys = ON;
PRAGMA recursive_triggers = ON;
PRAGMA secure_delete = ON;
PRAGMA temp_store = MEMORY;
PRAGMA wal_autocheckpoint = 0;
PRAGMA cache_size = -32768;

-- statement reader
PRAGMA query_only = ON;

-- statement writer
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;

-- statement no_sync
PRAGMA synchronous = OFF;

-- statement version
PRAGMA user_version;

-- statement check
PRAGMA integrity_check(1);
