-- People, sessions, tokens, API clients, sources, content, production, jobs, audit.
-- Times are microseconds since 1970 (UTC); ids and GUIDs are text; JSON is opaque text; flags are 0 or 1.

CREATE TABLE users (
  id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  email TEXT COLLATE "C" NOT NULL,
  email_folded TEXT COLLATE "C" NOT NULL UNIQUE,
  name TEXT COLLATE "C" NOT NULL,
  role TEXT COLLATE "C" NOT NULL,
  password_hash TEXT COLLATE "C" NOT NULL,
  disabled BIGINT NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE sessions (
  id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  token_hash TEXT COLLATE "C" NOT NULL UNIQUE,
  user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id),
  created_at BIGINT NOT NULL,
  last_seen_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  device TEXT COLLATE "C",
  address TEXT COLLATE "C"
);
CREATE INDEX sessions_user ON sessions (user_id);

CREATE TABLE api_tokens (
  id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  token_hash TEXT COLLATE "C" NOT NULL UNIQUE,
  name TEXT COLLATE "C" NOT NULL,
  role TEXT COLLATE "C" NOT NULL,
  user_id TEXT COLLATE "C" REFERENCES users (id),
  created_at BIGINT NOT NULL,
  last_used_at BIGINT
);

CREATE TABLE attempts (
  key TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  failures BIGINT NOT NULL,
  last_at BIGINT NOT NULL
);

CREATE TABLE clients (
  id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  name TEXT COLLATE "C" NOT NULL,
  name_folded TEXT COLLATE "C" NOT NULL UNIQUE,
  secret_hash TEXT COLLATE "C" NOT NULL,
  ring TEXT COLLATE "C" NOT NULL,
  content_types TEXT COLLATE "C",
  created_at BIGINT NOT NULL,
  last_seen_at BIGINT,
  last_revision BIGINT
);

CREATE TABLE client_tokens (
  token_hash TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  client_id TEXT COLLATE "C" NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
  expires_at BIGINT NOT NULL
);
CREATE INDEX client_tokens_client ON client_tokens (client_id);

CREATE TABLE client_items (
  client_id TEXT COLLATE "C" NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
  content_type TEXT COLLATE "C" NOT NULL,
  guid TEXT COLLATE "C" NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  version BIGINT,
  content_hash TEXT COLLATE "C",
  error TEXT COLLATE "C",
  reported_at BIGINT NOT NULL,
  PRIMARY KEY (client_id, content_type, guid)
);

CREATE TABLE sources (
  id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  name TEXT COLLATE "C" NOT NULL,
  name_folded TEXT COLLATE "C" NOT NULL,
  input TEXT COLLATE "C" NOT NULL,
  held TEXT COLLATE "C" NOT NULL,
  last_scan TEXT COLLATE "C",
  created_at BIGINT NOT NULL,
  deleted_at BIGINT
);
CREATE UNIQUE INDEX sources_name ON sources (name_folded) WHERE deleted_at IS NULL;

CREATE TABLE items (
  content_type TEXT COLLATE "C" NOT NULL,
  guid TEXT COLLATE "C" NOT NULL,
  source_id TEXT COLLATE "C" NOT NULL REFERENCES sources (id),
  local_id BIGINT,
  name TEXT COLLATE "C" NOT NULL,
  name_folded TEXT COLLATE "C" NOT NULL,
  search_text TEXT COLLATE "C" NOT NULL,
  path TEXT COLLATE "C" NOT NULL,
  status TEXT COLLATE "C" NOT NULL,
  approval TEXT COLLATE "C" NOT NULL,
  change_kind TEXT COLLATE "C",
  lifecycle TEXT COLLATE "C" NOT NULL,
  version BIGINT,
  updated_at BIGINT,
  updated_by TEXT COLLATE "C",
  first_seen_at BIGINT NOT NULL,
  last_seen_at BIGINT NOT NULL,
  approved_by TEXT COLLATE "C",
  approved_at BIGINT,
  approval_note TEXT COLLATE "C",
  depends_on TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (content_type, guid)
);
CREATE INDEX items_by_name ON items (content_type, name_folded, guid);
CREATE INDEX items_by_status ON items (content_type, status, approval, name_folded, guid);
CREATE INDEX items_by_source ON items (source_id);

CREATE TABLE item_dependencies (
  reference TEXT COLLATE "C" NOT NULL,
  content_type TEXT COLLATE "C" NOT NULL,
  guid TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (reference, content_type, guid),
  FOREIGN KEY (content_type, guid) REFERENCES items (content_type, guid) ON DELETE CASCADE
);
CREATE INDEX item_dependencies_item ON item_dependencies (content_type, guid);

CREATE TABLE blobs (
  hash TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  size BIGINT NOT NULL,
  content BYTEA NOT NULL
);

CREATE TABLE versions (
  content_type TEXT COLLATE "C" NOT NULL,
  guid TEXT COLLATE "C" NOT NULL,
  number BIGINT NOT NULL,
  content_hash TEXT COLLATE "C" NOT NULL REFERENCES blobs (hash),
  facets TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  path TEXT COLLATE "C" NOT NULL,
  depends_on TEXT COLLATE "C" NOT NULL,
  approved_by TEXT COLLATE "C" NOT NULL,
  approved_at BIGINT NOT NULL,
  note TEXT COLLATE "C",
  synced_at BIGINT NOT NULL,
  synced_by TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (content_type, guid, number),
  UNIQUE (content_type, guid, content_hash)
);
CREATE INDEX versions_by_content ON versions (content_hash);

CREATE TABLE production (
  content_type TEXT COLLATE "C" NOT NULL,
  guid TEXT COLLATE "C" NOT NULL,
  version BIGINT NOT NULL,
  content_hash TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  path TEXT COLLATE "C" NOT NULL,
  size BIGINT NOT NULL,
  depends_on TEXT COLLATE "C" NOT NULL,
  revision BIGINT NOT NULL,
  removed BIGINT NOT NULL,
  PRIMARY KEY (content_type, guid)
);
CREATE INDEX production_by_revision ON production (revision);

CREATE TABLE epochs (
  id BIGINT NOT NULL PRIMARY KEY,
  revision BIGINT NOT NULL,
  access BIGINT NOT NULL
);
INSERT INTO epochs (id, revision, access) VALUES (1, 0, 0);

CREATE TABLE schedules (
  name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  every_seconds BIGINT NOT NULL,
  next_run_at BIGINT NOT NULL,
  last_run_at BIGINT,
  last_finished_at BIGINT,
  last_ok BIGINT,
  last_summary TEXT COLLATE "C",
  lease_owner TEXT COLLATE "C",
  lease_until BIGINT,
  fence BIGINT NOT NULL
);

CREATE TABLE kept_answers (
  actor TEXT COLLATE "C" NOT NULL,
  key TEXT COLLATE "C" NOT NULL,
  route TEXT COLLATE "C" NOT NULL,
  body_hash TEXT COLLATE "C" NOT NULL,
  claimed_at BIGINT NOT NULL,
  status BIGINT,
  content_type TEXT COLLATE "C",
  body BYTEA,
  PRIMARY KEY (actor, key)
);
CREATE INDEX kept_answers_by_age ON kept_answers (claimed_at);

CREATE TABLE audit (
  id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  at BIGINT NOT NULL,
  actor_kind TEXT COLLATE "C" NOT NULL,
  actor_id TEXT COLLATE "C",
  actor_name TEXT COLLATE "C" NOT NULL,
  action TEXT COLLATE "C" NOT NULL,
  content_type TEXT COLLATE "C",
  subject TEXT COLLATE "C",
  outcome TEXT COLLATE "C" NOT NULL,
  summary TEXT COLLATE "C" NOT NULL,
  search_text TEXT COLLATE "C" NOT NULL
);
CREATE INDEX audit_by_time ON audit (at, id);
CREATE INDEX audit_by_type ON audit (content_type, at);

CREATE TABLE scans (
  id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  source_id TEXT COLLATE "C" NOT NULL REFERENCES sources (id),
  started_at BIGINT NOT NULL,
  report TEXT COLLATE "C" NOT NULL
);
CREATE INDEX scans_by_source ON scans (source_id, started_at);
