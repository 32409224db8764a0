-- Approvals by several people, refusals, secrets that were found, and the texts that a search looks through.
ALTER TABLE items ADD COLUMN review TEXT NOT NULL DEFAULT '{}';
ALTER TABLE items ADD COLUMN examined INTEGER NOT NULL DEFAULT 0;
ALTER TABLE versions ADD COLUMN author TEXT;
CREATE INDEX items_by_examination ON items (examined);

CREATE TABLE approval_policies (
  content_type TEXT NOT NULL PRIMARY KEY,
  required_approvals INTEGER NOT NULL,
  author_barred INTEGER NOT NULL
) STRICT;

CREATE TABLE user_aliases (
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  alias TEXT NOT NULL,
  PRIMARY KEY (user_id, alias)
) STRICT;

CREATE TABLE content_texts (
  id INTEGER NOT NULL PRIMARY KEY,
  content_type TEXT NOT NULL,
  guid TEXT NOT NULL,
  shown TEXT NOT NULL,
  folded TEXT NOT NULL,
  UNIQUE (content_type, guid),
  FOREIGN KEY (content_type, guid) REFERENCES items (content_type, guid) ON DELETE CASCADE
) STRICT;

CREATE VIRTUAL TABLE content_texts_index USING fts5(folded, content='content_texts', content_rowid='id', tokenize='trigram', detail='none');
CREATE TRIGGER content_texts_added AFTER INSERT ON content_texts BEGIN
INSERT INTO content_texts_index (rowid, folded) VALUES (new.id, new.folded);
END;
CREATE TRIGGER content_texts_gone AFTER DELETE ON content_texts BEGIN
INSERT INTO content_texts_index (content_texts_index, rowid, folded) VALUES ('delete', old.id, old.folded);
END;
CREATE TRIGGER content_texts_changed AFTER UPDATE ON content_texts BEGIN
INSERT INTO content_texts_index (content_texts_index, rowid, folded) VALUES ('delete', old.id, old.folded);
INSERT INTO content_texts_index (rowid, folded) VALUES (new.id, new.folded);
END;
