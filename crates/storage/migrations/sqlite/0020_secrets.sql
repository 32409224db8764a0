-- Sealed secrets of records, by the place that they belong to. A plain secret never stands in the database.

CREATE TABLE secrets (
  record_table TEXT NOT NULL,
  record_id TEXT NOT NULL,
  record_column TEXT NOT NULL,
  sealed TEXT NOT NULL,
  PRIMARY KEY (record_table, record_id, record_column)
) STRICT;
