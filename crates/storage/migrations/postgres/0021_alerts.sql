-- Alerts with their timelines and categories, write-backs (the outbox towards Manage), connectors.

-- What lists look at. What only the page of one alert shows stands in alert_details.
CREATE TABLE alerts (
  id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  created_at BIGINT NOT NULL,
  opened_at BIGINT NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  acknowledged TEXT COLLATE "C",
  closed TEXT COLLATE "C",
  ended_at BIGINT,
  title TEXT COLLATE "C" NOT NULL,
  category TEXT COLLATE "C" NOT NULL,
  category_folded TEXT COLLATE "C" NOT NULL,
  severity TEXT COLLATE "C" NOT NULL,
  assignee TEXT COLLATE "C",
  connector_id TEXT COLLATE "C",
  ticket_id BIGINT,
  ticket TEXT COLLATE "C",
  agreed TEXT COLLATE "C" NOT NULL,
  carried TEXT COLLATE "C" NOT NULL,
  revision BIGINT NOT NULL,
  search_text TEXT COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX alerts_by_ticket ON alerts (connector_id, ticket_id);
CREATE INDEX alerts_live ON alerts (connector_id, ticket_id) WHERE state <> 'closed';
CREATE INDEX alerts_by_state ON alerts (state, id);
CREATE INDEX alerts_by_category ON alerts (category_folded, id);
CREATE INDEX alerts_by_category_and_state ON alerts (category_folded, state, id);
CREATE INDEX alerts_by_connector ON alerts (connector_id, state, id);
CREATE INDEX alerts_by_revision ON alerts (revision);
CREATE INDEX alerts_by_end ON alerts (ended_at) WHERE ended_at IS NOT NULL;

CREATE TABLE alert_details (
  alert_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES alerts (id) ON DELETE CASCADE,
  text TEXT COLLATE "C" NOT NULL,
  details TEXT COLLATE "C" NOT NULL
);

-- Whose an alert is: who took it, who ended it, who it was given to.
CREATE TABLE alert_people (
  user_id TEXT COLLATE "C" NOT NULL,
  alert_id TEXT COLLATE "C" NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
  PRIMARY KEY (user_id, alert_id)
);
CREATE INDEX alert_people_of ON alert_people (alert_id);

CREATE TABLE alert_timeline (
  alert_id TEXT COLLATE "C" NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
  number BIGINT NOT NULL,
  entry TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (alert_id, number)
);

-- How many alerts there are, so that no list counts them one by one. Without a connector: an empty id.
CREATE TABLE alert_tallies (
  state TEXT COLLATE "C" NOT NULL,
  category_folded TEXT COLLATE "C" NOT NULL,
  connector_id TEXT COLLATE "C" NOT NULL,
  number BIGINT NOT NULL,
  PRIMARY KEY (state, category_folded, connector_id)
);

-- Two numbers that only rise: the newest change of any alert, and the newest write-back.
CREATE TABLE alert_epoch (
  id BIGINT NOT NULL PRIMARY KEY,
  revision BIGINT NOT NULL,
  write_back BIGINT NOT NULL
);
INSERT INTO alert_epoch (id, revision, write_back) VALUES (1, 0, 0);

CREATE TABLE categories (
  id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  position BIGINT NOT NULL,
  name_folded TEXT COLLATE "C" NOT NULL UNIQUE,
  input TEXT COLLATE "C" NOT NULL
);

CREATE TABLE write_backs (
  id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  ordinal BIGINT NOT NULL UNIQUE,
  alert_id TEXT COLLATE "C" NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
  connector_id TEXT COLLATE "C" NOT NULL,
  ticket_id BIGINT NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  task TEXT COLLATE "C" NOT NULL,
  actor TEXT COLLATE "C" NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  created_at BIGINT NOT NULL,
  next_attempt_at BIGINT,
  ended_at BIGINT,
  attempts TEXT COLLATE "C" NOT NULL,
  remarks TEXT COLLATE "C" NOT NULL,
  lease_until BIGINT,
  fence BIGINT NOT NULL
);
CREATE INDEX write_backs_of_alert ON write_backs (alert_id, ordinal);
CREATE INDEX write_backs_by_state ON write_backs (state, ordinal);
CREATE INDEX write_backs_by_connector ON write_backs (connector_id, state, ordinal);
CREATE INDEX write_backs_due ON write_backs (connector_id, next_attempt_at) WHERE state = 'pending';
CREATE INDEX write_backs_of_ticket ON write_backs (connector_id, ticket_id, ordinal) WHERE state = 'pending';

CREATE TABLE connectors (
  id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  name_folded TEXT COLLATE "C" NOT NULL,
  input TEXT COLLATE "C" NOT NULL,
  enabled BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  made TEXT COLLATE "C" NOT NULL,
  standing TEXT COLLATE "C" NOT NULL,
  next_poll_at BIGINT NOT NULL,
  hurried_at BIGINT,
  lease_until BIGINT,
  fence BIGINT NOT NULL,
  deleted_at BIGINT
);
CREATE UNIQUE INDEX connectors_name ON connectors (name_folded) WHERE deleted_at IS NULL;

CREATE TABLE connector_log (
  connector_id TEXT COLLATE "C" NOT NULL REFERENCES connectors (id) ON DELETE CASCADE,
  number BIGINT NOT NULL,
  line TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (connector_id, number)
);

CREATE TABLE connector_members (
  connector_id TEXT COLLATE "C" NOT NULL REFERENCES connectors (id) ON DELETE CASCADE,
  user_id TEXT COLLATE "C" NOT NULL,
  member TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (connector_id, user_id)
);
