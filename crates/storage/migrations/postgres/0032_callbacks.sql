-- Callbacks of Manage: what came of those that were sent here. Beside where the connector stands, because they come in
-- while a poll is under way.

ALTER TABLE connectors ADD COLUMN called_at BIGINT;
ALTER TABLE connectors ADD COLUMN calls_believed BIGINT NOT NULL DEFAULT 0;
ALTER TABLE connectors ADD COLUMN calls_refused BIGINT NOT NULL DEFAULT 0;
ALTER TABLE connectors ADD COLUMN refused_at BIGINT;
ALTER TABLE connectors ADD COLUMN refusal TEXT COLLATE "C";
