-- Sealed secrets of records, by the place that they belong to. A plain secret never stands in the database.

CREATE TABLE secrets (
  record_table TEXT COLLATE "C" NOT NULL,
  record_id TEXT COLLATE "C" NOT NULL,
  record_column TEXT COLLATE "C" NOT NULL,
  sealed TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (record_table, record_id, record_column)
);
