-- Texts of alerts are searched by an index. It knows alerts by a number that stands for ever: one that SQLite gives by
-- itself may change when the file is packed.
ALTER TABLE alerts ADD COLUMN number INTEGER NOT NULL DEFAULT 0;
ALTER TABLE alert_epoch ADD COLUMN number INTEGER NOT NULL DEFAULT 0;
UPDATE alerts SET number = rowid;
UPDATE alert_epoch SET number = (SELECT COALESCE(MAX(number), 0) FROM alerts);
CREATE UNIQUE INDEX alerts_by_number ON alerts (number);

CREATE VIRTUAL TABLE alerts_index USING fts5(search_text, content='alerts', content_rowid='number', tokenize='trigram', detail='none');
INSERT INTO alerts_index (alerts_index) VALUES ('rebuild');
CREATE TRIGGER alerts_added AFTER INSERT ON alerts BEGIN
INSERT INTO alerts_index (rowid, search_text) VALUES (new.number, new.search_text);
END;
CREATE TRIGGER alerts_gone AFTER DELETE ON alerts BEGIN
INSERT INTO alerts_index (alerts_index, rowid, search_text) VALUES ('delete', old.number, old.search_text);
END;
CREATE TRIGGER alerts_reworded AFTER UPDATE OF search_text ON alerts WHEN old.search_text <> new.search_text BEGIN
INSERT INTO alerts_index (alerts_index, rowid, search_text) VALUES ('delete', old.number, old.search_text);
INSERT INTO alerts_index (rowid, search_text) VALUES (new.number, new.search_text);
END;
