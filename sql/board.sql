-- What is public: the log, the ballots' index, blobs and checkpoints. Everything but facts and
-- checkpoints is append-only, and the triggers say so to whoever opens the file by other means.

-- migration 1
BEGIN IMMEDIATE;

CREATE TABLE entry (
    idx   INTEGER PRIMARY KEY CHECK (idx >= 0),
    leaf  BLOB NOT NULL UNIQUE CHECK (length(leaf) = 32),
    bytes BLOB NOT NULL CHECK (length(bytes) BETWEEN 1 AND 65535)
) STRICT;

-- The hashes of the complete subtrees of the Merkle tree.
CREATE TABLE node (
    level INTEGER NOT NULL CHECK (level BETWEEN 0 AND 63),
    idx   INTEGER NOT NULL CHECK (idx >= 0),
    hash  BLOB NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (level, idx)
) STRICT, WITHOUT ROWID;

-- Every alpha of every ballot, so that a copied ciphertext is refused by the table itself.
CREATE TABLE alpha (
    point BLOB NOT NULL PRIMARY KEY CHECK (length(point) = 32)
) STRICT, WITHOUT ROWID;

CREATE TABLE ballot (
    credential BLOB NOT NULL CHECK (length(credential) = 32),
    sequence   INTEGER NOT NULL CHECK (sequence >= 0),
    leaf       BLOB NOT NULL CHECK (length(leaf) = 32),
    PRIMARY KEY (credential, sequence)
) STRICT, WITHOUT ROWID;

CREATE TABLE blob (
    hash BLOB NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
    size INTEGER NOT NULL CHECK (size >= 0)
) STRICT, WITHOUT ROWID;

-- The signed checkpoint of a size; cosignatures are merged into the note.
CREATE TABLE checkpoint (
    size INTEGER PRIMARY KEY CHECK (size >= 0),
    note BLOB NOT NULL
) STRICT;

CREATE TABLE fact (
    name  TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER entry_in_order BEFORE INSERT ON entry
WHEN NEW.idx IS NOT (SELECT coalesce(max(idx) + 1, 0) FROM entry)
BEGIN SELECT raise(ABORT, 'entry: an index is skipped or taken'); END;

CREATE TRIGGER entry_update BEFORE UPDATE ON entry
BEGIN SELECT raise(ABORT, 'entry: append only'); END;
CREATE TRIGGER entry_delete BEFORE DELETE ON entry
BEGIN SELECT raise(ABORT, 'entry: append only'); END;
CREATE TRIGGER node_update BEFORE UPDATE ON node
BEGIN SELECT raise(ABORT, 'node: append only'); END;
CREATE TRIGGER node_delete BEFORE DELETE ON node
BEGIN SELECT raise(ABORT, 'node: append only'); END;
CREATE TRIGGER alpha_update BEFORE UPDATE ON alpha
BEGIN SELECT raise(ABORT, 'alpha: append only'); END;
CREATE TRIGGER alpha_delete BEFORE DELETE ON alpha
BEGIN SELECT raise(ABORT, 'alpha: append only'); END;
CREATE TRIGGER ballot_update BEFORE UPDATE ON ballot
BEGIN SELECT raise(ABORT, 'ballot: append only'); END;
CREATE TRIGGER ballot_delete BEFORE DELETE ON ballot
BEGIN SELECT raise(ABORT, 'ballot: append only'); END;
CREATE TRIGGER blob_update BEFORE UPDATE ON blob
BEGIN SELECT raise(ABORT, 'blob: append only'); END;
CREATE TRIGGER blob_delete BEFORE DELETE ON blob
BEGIN SELECT raise(ABORT, 'blob: append only'); END;
CREATE TRIGGER checkpoint_delete BEFORE DELETE ON checkpoint
BEGIN SELECT raise(ABORT, 'checkpoint: append only'); END;

PRAGMA user_version = 1;
COMMIT;

-- statement entry_put
INSERT INTO entry (idx, leaf, bytes) VALUES (?1, ?2, ?3);

-- statement entry_count
SELECT coalesce(max(idx) + 1, 0) FROM entry;

-- statement entry_get
SELECT bytes FROM entry WHERE idx = ?1;

-- statement entry_find
SELECT idx FROM entry WHERE leaf = ?1;

-- statement entry_range
SELECT idx, leaf, bytes FROM entry WHERE idx >= ?1 AND idx < ?2 ORDER BY idx;

-- statement node_put
INSERT INTO node (level, idx, hash) VALUES (?1, ?2, ?3);

-- statement node_get
SELECT hash FROM node WHERE level = ?1 AND idx = ?2;

-- statement alpha_put
INSERT INTO alpha (point) VALUES (?1);

-- statement alpha_get
SELECT 1 FROM alpha WHERE point = ?1;

-- statement ballot_put
INSERT INTO ballot (credential, sequence, leaf) VALUES (?1, ?2, ?3);

-- statement ballot_last
SELECT sequence, leaf FROM ballot WHERE credential = ?1 ORDER BY sequence DESC LIMIT 1;

-- statement ballot_count
SELECT count(*) FROM ballot;

-- statement blob_put
INSERT INTO blob (hash, size) VALUES (?1, ?2) ON CONFLICT (hash) DO NOTHING;

-- statement blob_get
SELECT size FROM blob WHERE hash = ?1;

-- statement blob_each
SELECT hash, size FROM blob ORDER BY hash;

-- statement checkpoint_put
INSERT INTO checkpoint (size, note) VALUES (?1, ?2)
ON CONFLICT (size) DO UPDATE SET note = excluded.note;

-- statement checkpoint_last
SELECT size, note FROM checkpoint ORDER BY size DESC LIMIT 1;

-- statement checkpoint_from
SELECT size, note FROM checkpoint WHERE size >= ?1 ORDER BY size LIMIT 1;

-- statement fact_put
INSERT INTO fact (name, value) VALUES (?1, ?2)
ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- statement fact_get
SELECT value FROM fact WHERE name = ?1;
