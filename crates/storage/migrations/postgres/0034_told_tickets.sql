-- Tickets that callbacks told of, until a poll finds what is new of them: often another process polls than was called.
CREATE TABLE told_tickets (
  connector_id TEXT COLLATE "C" NOT NULL REFERENCES connectors (id) ON DELETE CASCADE,
  ticket_id BIGINT NOT NULL,
  told_at BIGINT NOT NULL,
  PRIMARY KEY (connector_id, ticket_id)
);
