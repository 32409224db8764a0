-- People, sessions, tokens, API clients, sources, content, production, jobs, audit.
-- Times are microseconds since 1970 (UTC); ids and GUIDs are text; JSON is opaque text; flags are 0 or 1.

CREATE TABLE users (
  id TEXT NOT NULL PRIMARY KEY,
  email TEXT NOT NULL,
  email_folded TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  disabled INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE sessions (
  id TEXT NOT NULL PRIMARY KEY,
  token_hash TEXT NOT NULL UNIQUE,
  user_id TEXT NOT NULL REFERENCES users (id),
  created_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  device TEXT,
  address TEXT
) STRICT;
CREATE INDEX sessions_user ON sessions (user_id);

CREATE TABLE api_tokens (
  id TEXT NOT NULL PRIMARY KEY,
  token_hash TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  user_id TEXT REFERENCES users (id),
  created_at INTEGER NOT NULL,
  last_used_at INTEGER
) STRICT;

CREATE TABLE attempts (
  key TEXT NOT NULL PRIMARY KEY,
  failures INTEGER NOT NULL,
  last_at INTEGER NOT NULL
) STRICT;

CREATE TABLE clients (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  name_folded TEXT NOT NULL UNIQUE,
  secret_hash TEXT NOT NULL,
  ring TEXT NOT NULL,
  content_types TEXT,
  created_at INTEGER NOT NULL,
  last_seen_at INTEGER,
  last_revision INTEGER
) STRICT;

CREATE TABLE client_tokens (
  token_hash TEXT NOT NULL PRIMARY KEY,
  client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
  expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX client_tokens_client ON client_tokens (client_id);

CREATE TABLE client_items (
  client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
  content_type TEXT NOT NULL,
  guid TEXT NOT NULL,
  state TEXT NOT NULL,
  version INTEGER,
  content_hash TEXT,
  error TEXT,
  reported_at INTEGER NOT NULL,
  PRIMARY KEY (client_id, content_type, guid)
) STRICT;

CREATE TABLE sources (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  name_folded TEXT NOT NULL,
  input TEXT NOT NULL,
  held TEXT NOT NULL,
  last_scan TEXT,
  created_at INTEGER NOT NULL,
  deleted_at INTEGER
) STRICT;
CREATE UNIQUE INDEX sources_name ON sources (name_folded) WHERE deleted_at IS NULL;

CREATE TABLE items (
  content_type TEXT NOT NULL,
  guid TEXT NOT NULL,
  source_id TEXT NOT NULL REFERENCES sources (id),
  local_id INTEGER,
  name TEXT NOT NULL,
  name_folded TEXT NOT NULL,
  search_text TEXT NOT NULL,
  path TEXT NOT NULL,
  status TEXT NOT NULL,
  approval TEXT NOT NULL,
  change_kind TEXT,
  lifecycle TEXT NOT NULL,
  version INTEGER,
  updated_at INTEGER,
  updated_by TEXT,
  first_seen_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL,
  approved_by TEXT,
  approved_at INTEGER,
  approval_note TEXT,
  depends_on TEXT NOT NULL,
  PRIMARY KEY (content_type, guid)
) STRICT;
CREATE INDEX items_by_name ON items (content_type, name_folded, guid);
CREATE INDEX items_by_status ON items (content_type, status, approval, name_folded, guid);
CREATE INDEX items_by_source ON items (source_id);

CREATE TABLE item_dependencies (
  reference TEXT NOT NULL,
  content_type TEXT NOT NULL,
  guid TEXT NOT NULL,
  PRIMARY KEY (reference, content_type, guid),
  FOREIGN KEY (content_type, guid) REFERENCES items (content_type, guid) ON DELETE CASCADE
) STRICT;
CREATE INDEX item_dependencies_item ON item_dependencies (content_type, guid);

CREATE TABLE blobs (
  hash TEXT NOT NULL PRIMARY KEY,
  size INTEGER NOT NULL,
  content BLOB NOT NULL
) STRICT;

CREATE TABLE versions (
  content_type TEXT NOT NULL,
  guid TEXT NOT NULL,
  number INTEGER NOT NULL,
  content_hash TEXT NOT NULL REFERENCES blobs (hash),
  facets TEXT NOT NULL,
  name TEXT NOT NULL,
  path TEXT NOT NULL,
  depends_on TEXT NOT NULL,
  approved_by TEXT NOT NULL,
  approved_at INTEGER NOT NULL,
  note TEXT,
  synced_at INTEGER NOT NULL,
  synced_by TEXT NOT NULL,
  PRIMARY KEY (content_type, guid, number),
  UNIQUE (content_type, guid, content_hash)
) STRICT;
CREATE INDEX versions_by_content ON versions (content_hash);

CREATE TABLE production (
  content_type TEXT NOT NULL,
  guid TEXT NOT NULL,
  version INTEGER NOT NULL,
  content_hash TEXT NOT NULL,
  name TEXT NOT NULL,
  path TEXT NOT NULL,
  size INTEGER NOT NULL,
  depends_on TEXT NOT NULL,
  revision INTEGER NOT NULL,
  removed INTEGER NOT NULL,
  PRIMARY KEY (content_type, guid)
) STRICT;
CREATE INDEX production_by_revision ON production (revision);

CREATE TABLE epochs (
  id INTEGER NOT NULL PRIMARY KEY,
  revision INTEGER NOT NULL,
  access INTEGER NOT NULL
) STRICT;
INSERT INTO epochs (id, revision, access) VALUES (1, 0, 0);

CREATE TABLE schedules (
  name TEXT NOT NULL PRIMARY KEY,
  every_seconds INTEGER NOT NULL,
  next_run_at INTEGER NOT NULL,
  last_run_at INTEGER,
  last_finished_at INTEGER,
  last_ok INTEGER,
  last_summary TEXT,
  lease_owner TEXT,
  lease_until INTEGER,
  fence INTEGER NOT NULL
) STRICT;

CREATE TABLE kept_answers (
  actor TEXT NOT NULL,
  key TEXT NOT NULL,
  route TEXT NOT NULL,
  body_hash TEXT NOT NULL,
  claimed_at INTEGER NOT NULL,
  status INTEGER,
  content_type TEXT,
  body BLOB,
  PRIMARY KEY (actor, key)
) STRICT;
CREATE INDEX kept_answers_by_age ON kept_answers (claimed_at);

CREATE TABLE audit (
  id TEXT NOT NULL PRIMARY KEY,
  at INTEGER NOT NULL,
  actor_kind TEXT NOT NULL,
  actor_id TEXT,
  actor_name TEXT NOT NULL,
  action TEXT NOT NULL,
  content_type TEXT,
  subject TEXT,
  outcome TEXT NOT NULL,
  summary TEXT NOT NULL,
  search_text TEXT NOT NULL
) STRICT;
CREATE INDEX audit_by_time ON audit (at, id);
CREATE INDEX audit_by_type ON audit (content_type, at);

CREATE TABLE scans (
  id TEXT NOT NULL PRIMARY KEY,
  source_id TEXT NOT NULL REFERENCES sources (id),
  started_at INTEGER NOT NULL,
  report TEXT NOT NULL
) STRICT;
CREATE INDEX scans_by_source ON scans (source_id, started_at);
