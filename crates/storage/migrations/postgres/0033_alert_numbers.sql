-- Replicas of a version from before alerts had numbers go on while others are upgraded, and number all of theirs 0. No
-- search of PostgreSQL knows alerts by their number.
DROP INDEX alerts_by_number;
