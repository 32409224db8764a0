-- Rings and what they serve, what is special about a client, sync windows, signing keys.

CREATE TABLE rings (
  id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  name TEXT COLLATE "C" NOT NULL,
  name_folded TEXT COLLATE "C" NOT NULL UNIQUE,
  position BIGINT NOT NULL,
  rules TEXT COLLATE "C" NOT NULL,
  stopped TEXT COLLATE "C",
  accepted_errors BIGINT NOT NULL
);
INSERT INTO rings (id, name, name_folded, position, rules, stopped, accepted_errors)
  VALUES ('01935f6e-3c2a-7000-8000-000000000001', 'everyone', 'everyone', 0, '{}', NULL, 0);
UPDATE clients SET ring = 'everyone';

-- What every ring but the first serves; the first serves what was synced (the table production).
CREATE TABLE ring_items (
  ring_id TEXT COLLATE "C" NOT NULL REFERENCES rings (id) ON DELETE CASCADE,
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
  PRIMARY KEY (ring_id, content_type, guid)
);

-- Every content that a ring but the first ever served.
CREATE TABLE ring_contents (
  ring_id TEXT COLLATE "C" NOT NULL REFERENCES rings (id) ON DELETE CASCADE,
  content_hash TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (ring_id, content_hash)
);

CREATE TABLE revisions (
  revision BIGINT NOT NULL PRIMARY KEY,
  made_at BIGINT NOT NULL
);

CREATE TABLE client_scopes (
  client_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES clients (id) ON DELETE CASCADE,
  scope_revision BIGINT NOT NULL,
  exceptions TEXT COLLATE "C" NOT NULL,
  old_secret_hash TEXT COLLATE "C",
  old_secret_until BIGINT,
  receiver_version TEXT COLLATE "C"
);

CREATE TABLE sync_windows (
  id BIGINT NOT NULL PRIMARY KEY,
  windows TEXT COLLATE "C" NOT NULL,
  opening TEXT COLLATE "C"
);
INSERT INTO sync_windows (id, windows, opening) VALUES (1, '{"time_zone":"UTC","windows":[]}', NULL);

CREATE TABLE signing_keys (
  key_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  ordinal BIGINT NOT NULL UNIQUE,
  public_key TEXT COLLATE "C" NOT NULL,
  created_at BIGINT NOT NULL,
  announcement TEXT COLLATE "C"
);
CREATE INDEX ring_items_by_revision ON ring_items (ring_id, revision);
CREATE INDEX revisions_by_time ON revisions (made_at);
CREATE INDEX clients_by_ring ON clients (ring);
