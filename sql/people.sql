-- Everything personal. Rows are encrypted under the election's data key; what is searched by is a
-- keyed hash. No row ids, no times: nothing here joins with the board.

-- migration 1
BEGIN IMMEDIATE;

CREATE TABLE person (
    kind  TEXT NOT NULL,
    row   BLOB NOT NULL CHECK (length(row) = 32),
    value BLOB NOT NULL CHECK (length(value) >= 40),
    PRIMARY KEY (kind, row)
) STRICT, WITHOUT ROWID;

-- Further ways to find a row: mark is the keyed hash of a field and its value.
CREATE TABLE mark (
    kind TEXT NOT NULL,
    mark BLOB NOT NULL CHECK (length(mark) = 32),
    row  BLOB NOT NULL CHECK (length(row) = 32),
    PRIMARY KEY (kind, mark, row),
    FOREIGN KEY (kind, row) REFERENCES person (kind, row) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX mark_of_row ON mark (kind, row);

PRAGMA user_version = 1;
COMMIT;

-- statement person_add
INSERT INTO person (kind, row, value) VALUES (?1, ?2, ?3);

-- statement person_put
INSERT INTO person (kind, row, value) VALUES (?1, ?2, ?3)
ON CONFLICT (kind, row) DO UPDATE SET value = excluded.value;

-- statement person_get
SELECT row, value FROM person WHERE kind = ?1 AND row = ?2;

-- statement person_remove
DELETE FROM person WHERE kind = ?1 AND row = ?2;

-- statement person_each
SELECT row, value FROM person WHERE kind = ?1 ORDER BY row;

-- statement person_count
SELECT count(*) FROM person WHERE kind = ?1;

-- statement mark_put
INSERT INTO mark (kind, mark, row) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING;

-- statement mark_clear
DELETE FROM mark WHERE kind = ?1 AND row = ?2;

-- statement mark_find
SELECT person.row, person.value FROM mark
JOIN person ON person.kind = mark.kind AND person.row = mark.row
WHERE mark.kind = ?1 AND mark.mark = ?2 ORDER BY mark.row;
