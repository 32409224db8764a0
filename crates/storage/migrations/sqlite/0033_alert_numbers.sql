-- For PostgreSQL alone, where replicas of different versions may run side by side. The index of texts needs numbers that
-- no two alerts share.
SELECT 1;
