-- A search in a table of items reads an index, where the database has the extension for it (see 0031).
DO $$
BEGIN
  CREATE EXTENSION IF NOT EXISTS pg_trgm;
  CREATE INDEX items_by_search ON items USING gin (search_text gin_trgm_ops) WITH (gin_pending_list_limit = 256);
EXCEPTION WHEN OTHERS THEN
  RAISE NOTICE 'pg_trgm is not available: the search in tables of items reads every row';
END
$$;
