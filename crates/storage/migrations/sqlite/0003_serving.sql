-- Rings and what they serve, what is special about a client, sync windows, signing keys.

CREATE TABLE rings (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  name_folded TEXT NOT NULL UNIQUE,
  position INTEGER NOT NULL,
  rules TEXT NOT NULL,
  stopped TEXT,
  accepted_errors INTEGER NOT NULL
) STRICT;
INSERT INTO rings (id, name, name_folded, position, rules, stopped, accepted_errors)
  VALUES ('01935f6e-3c2a-7000-8000-000000000001', 'everyone', 'everyone', 0, '{}', NULL, 0);
UPDATE clients SET ring = 'everyone';

-- What every ring but the first serves; the first serves what was synced (the table production).
CREATE TABLE ring_items (
  ring_id TEXT NOT NULL REFERENCES rings (id) ON DELETE CASCADE,
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
  PRIMARY KEY (ring_id, content_type, guid)
) STRICT;

-- Every content that a ring but the first ever served.
CREATE TABLE ring_contents (
  ring_id TEXT NOT NULL REFERENCES rings (id) ON DELETE CASCADE,
  content_hash TEXT NOT NULL,
  PRIMARY KEY (ring_id, content_hash)
) STRICT;

CREATE TABLE revisions (
  revision INTEGER NOT NULL PRIMARY KEY,
  made_at INTEGER NOT NULL
) STRICT;

CREATE TABLE client_scopes (
  client_id TEXT NOT NULL PRIMARY KEY REFERENCES clients (id) ON DELETE CASCADE,
  scope_revision INTEGER NOT NULL,
  exceptions TEXT NOT NULL,
  old_secret_hash TEXT,
  old_secret_until INTEGER,
  receiver_version TEXT
) STRICT;

CREATE TABLE sync_windows (
  id INTEGER NOT NULL PRIMARY KEY,
  windows TEXT NOT NULL,
  opening TEXT
) STRICT;
INSERT INTO sync_windows (id, windows, opening) VALUES (1, '{"time_zone":"UTC","windows":[]}', NULL);

CREATE TABLE signing_keys (
  key_id TEXT NOT NULL PRIMARY KEY,
  ordinal INTEGER NOT NULL UNIQUE,
  public_key TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  announcement TEXT
) STRICT;
CREATE INDEX ring_items_by_revision ON ring_items (ring_id, revision);
CREATE INDEX revisions_by_time ON revisions (made_at);
CREATE INDEX clients_by_ring ON clients (ring);
