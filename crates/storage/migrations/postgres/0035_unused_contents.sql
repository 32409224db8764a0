-- Since when nothing points at a content, until it is forgotten; and what finds those that point at one.
ALTER TABLE blobs ADD COLUMN unused_since BIGINT;
CREATE INDEX blobs_unused ON blobs (unused_since, hash) WHERE unused_since IS NOT NULL;
CREATE INDEX production_by_content ON production (content_hash);
CREATE INDEX ring_items_by_content ON ring_items (content_hash);
CREATE INDEX ring_contents_by_content ON ring_contents (content_hash);
-- By bytes, as hashes are compared: this column alone was made without saying so.
CREATE INDEX source_signals_by_content ON source_signals (content_hash COLLATE "C");
