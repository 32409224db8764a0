-- Texts of alerts are searched by an index. SQLite's knows alerts by a number that stands for ever.
ALTER TABLE alerts ADD COLUMN number BIGINT NOT NULL DEFAULT 0;
ALTER TABLE alert_epoch ADD COLUMN number BIGINT NOT NULL DEFAULT 0;
UPDATE alerts SET number = n.number
  FROM (SELECT id, ROW_NUMBER() OVER (ORDER BY id) AS number FROM alerts) n WHERE n.id = alerts.id;
UPDATE alert_epoch SET number = (SELECT COALESCE(MAX(number), 0) FROM alerts);
CREATE UNIQUE INDEX alerts_by_number ON alerts (number);

-- A search works without it; with it, it stays quick on many alerts. The extension is part of every full
-- installation, but a database may lack it or forbid it. What was added last waits in a list that every search reads
-- whole: it is kept short.
DO $$
BEGIN
  CREATE EXTENSION IF NOT EXISTS pg_trgm;
  CREATE INDEX alerts_index ON alerts USING gin (search_text gin_trgm_ops) WITH (gin_pending_list_limit = 256);
EXCEPTION WHEN OTHERS THEN
  RAISE NOTICE 'pg_trgm is not available: the search in alerts reads every text';
END
$$;
