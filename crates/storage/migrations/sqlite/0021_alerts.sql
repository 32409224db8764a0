-- Alerts with their timelines and categories, write-backs (the outbox towards Manage), connectors.

-- What lists look at. What only the page of one alert shows stands in alert_details.
CREATE TABLE alerts (
  id TEXT NOT NULL PRIMARY KEY,
  created_at INTEGER NOT NULL,
  opened_at INTEGER NOT NULL,
  state TEXT NOT NULL,
  acknowledged TEXT,
  closed TEXT,
  ended_at INTEGER,
  title TEXT NOT NULL,
  category TEXT NOT NULL,
  category_folded TEXT NOT NULL,
  severity TEXT NOT NULL,
  assignee TEXT,
  connector_id TEXT,
  ticket_id INTEGER,
  ticket TEXT,
  agreed TEXT NOT NULL,
  carried TEXT NOT NULL,
  revision INTEGER NOT NULL,
  search_text TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX alerts_by_ticket ON alerts (connector_id, ticket_id);
CREATE INDEX alerts_live ON alerts (connector_id, ticket_id) WHERE state <> 'closed';
CREATE INDEX alerts_by_state ON alerts (state, id);
CREATE INDEX alerts_by_category ON alerts (category_folded, id);
CREATE INDEX alerts_by_category_and_state ON alerts (category_folded, state, id);
CREATE INDEX alerts_by_connector ON alerts (connector_id, state, id);
CREATE INDEX alerts_by_revision ON alerts (revision);
CREATE INDEX alerts_by_end ON alerts (ended_at) WHERE ended_at IS NOT NULL;

CREATE TABLE alert_details (
  alert_id TEXT NOT NULL PRIMARY KEY REFERENCES alerts (id) ON DELETE CASCADE,
  text TEXT NOT NULL,
  details TEXT NOT NULL
) STRICT;

-- Whose an alert is: who took it, who ended it, who it was given to.
CREATE TABLE alert_people (
  user_id TEXT NOT NULL,
  alert_id TEXT NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
  PRIMARY KEY (user_id, alert_id)
) STRICT;
CREATE INDEX alert_people_of ON alert_people (alert_id);

CREATE TABLE alert_timeline (
  alert_id TEXT NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  entry TEXT NOT NULL,
  PRIMARY KEY (alert_id, number)
) STRICT;

-- How many alerts there are, so that no list counts them one by one. Without a connector: an empty id.
CREATE TABLE alert_tallies (
  state TEXT NOT NULL,
  category_folded TEXT NOT NULL,
  connector_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  PRIMARY KEY (state, category_folded, connector_id)
) STRICT;

-- Two numbers that only rise: the newest change of any alert, and the newest write-back.
CREATE TABLE alert_epoch (
  id INTEGER NOT NULL PRIMARY KEY,
  revision INTEGER NOT NULL,
  write_back INTEGER NOT NULL
) STRICT;
INSERT INTO alert_epoch (id, revision, write_back) VALUES (1, 0, 0);

CREATE TABLE categories (
  id TEXT NOT NULL PRIMARY KEY,
  position INTEGER NOT NULL,
  name_folded TEXT NOT NULL UNIQUE,
  input TEXT NOT NULL
) STRICT;

CREATE TABLE write_backs (
  id TEXT NOT NULL PRIMARY KEY,
  ordinal INTEGER NOT NULL UNIQUE,
  alert_id TEXT NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
  connector_id TEXT NOT NULL,
  ticket_id INTEGER NOT NULL,
  kind TEXT NOT NULL,
  task TEXT NOT NULL,
  actor TEXT NOT NULL,
  state TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  next_attempt_at INTEGER,
  ended_at INTEGER,
  attempts TEXT NOT NULL,
  remarks TEXT NOT NULL,
  lease_until INTEGER,
  fence INTEGER NOT NULL
) STRICT;
CREATE INDEX write_backs_of_alert ON write_backs (alert_id, ordinal);
CREATE INDEX write_backs_by_state ON write_backs (state, ordinal);
CREATE INDEX write_backs_by_connector ON write_backs (connector_id, state, ordinal);
CREATE INDEX write_backs_due ON write_backs (connector_id, next_attempt_at) WHERE state = 'pending';
CREATE INDEX write_backs_of_ticket ON write_backs (connector_id, ticket_id, ordinal) WHERE state = 'pending';

CREATE TABLE connectors (
  id TEXT NOT NULL PRIMARY KEY,
  name_folded TEXT NOT NULL,
  input TEXT NOT NULL,
  enabled INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  made TEXT NOT NULL,
  standing TEXT NOT NULL,
  next_poll_at INTEGER NOT NULL,
  hurried_at INTEGER,
  lease_until INTEGER,
  fence INTEGER NOT NULL,
  deleted_at INTEGER
) STRICT;
CREATE UNIQUE INDEX connectors_name ON connectors (name_folded) WHERE deleted_at IS NULL;

CREATE TABLE connector_log (
  connector_id TEXT NOT NULL REFERENCES connectors (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  line TEXT NOT NULL,
  PRIMARY KEY (connector_id, number)
) STRICT;

CREATE TABLE connector_members (
  connector_id TEXT NOT NULL REFERENCES connectors (id) ON DELETE CASCADE,
  user_id TEXT NOT NULL,
  member TEXT NOT NULL,
  PRIMARY KEY (connector_id, user_id)
) STRICT;
