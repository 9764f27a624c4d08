-- The counting policy in force: the newest version (served by its unique index).
CREATE VIEW scorecards_policyinforce AS
SELECT * FROM scorecards_countingpolicy ORDER BY version DESC LIMIT 1;
