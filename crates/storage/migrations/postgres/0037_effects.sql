-- What came of a request under a key, written in the unit of work that did it: should its answer be lost with the
-- process, asking again tells of it and does nothing anew.
ALTER TABLE kept_answers ADD COLUMN effect TEXT COLLATE "C";
-- Where what was made stands, as the answer said.
ALTER TABLE kept_answers ADD COLUMN location TEXT COLLATE "C";
