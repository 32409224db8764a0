-- Approvals by several people, refusals, secrets that were found, and the texts that a search looks through.
ALTER TABLE items ADD COLUMN review TEXT COLLATE "C" NOT NULL DEFAULT '{}';
ALTER TABLE items ADD COLUMN examined BIGINT NOT NULL DEFAULT 0;
ALTER TABLE versions ADD COLUMN author TEXT COLLATE "C";
CREATE INDEX items_by_examination ON items (examined);

CREATE TABLE approval_policies (
  content_type TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  required_approvals BIGINT NOT NULL,
  author_barred BIGINT NOT NULL
);

CREATE TABLE user_aliases (
  user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  alias TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (user_id, alias)
);

CREATE TABLE content_texts (
  id BIGINT NOT NULL PRIMARY KEY,
  content_type TEXT COLLATE "C" NOT NULL,
  guid TEXT COLLATE "C" NOT NULL,
  shown TEXT COLLATE "C" NOT NULL,
  folded TEXT COLLATE "C" NOT NULL,
  UNIQUE (content_type, guid),
  FOREIGN KEY (content_type, guid) REFERENCES items (content_type, guid) ON DELETE CASCADE
);

-- A search works without it; with it, it stays quick on many items. The extension is part of every full
-- installation, but a database may lack it or forbid it.
DO $$
BEGIN
  CREATE EXTENSION IF NOT EXISTS pg_trgm;
  CREATE INDEX content_texts_index ON content_texts USING gin (folded gin_trgm_ops);
EXCEPTION WHEN OTHERS THEN
  RAISE NOTICE 'pg_trgm is not available: content search reads every text';
END
$$;
