-- What a reading kept of each item, so that the next one knows it again without fetching it. Losing it costs one full
-- reading.

CREATE TABLE source_signals (
  source_id TEXT NOT NULL REFERENCES sources (id),
  content_type TEXT NOT NULL,
  guid TEXT NOT NULL,
  content_hash TEXT NOT NULL,
  path TEXT NOT NULL,
  signal TEXT NOT NULL,
  PRIMARY KEY (source_id, content_type, guid)
) STRICT;
