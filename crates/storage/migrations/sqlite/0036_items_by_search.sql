-- A search in a table of items reads an index that holds what it looks at, in the order of the names, and not every row.
CREATE INDEX items_by_search ON items (content_type, name_folded, guid, search_text);
DROP INDEX items_by_name;
