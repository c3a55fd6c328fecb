CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS runs (
  id INTEGER PRIMARY KEY, started TEXT NOT NULL, finished TEXT, version TEXT NOT NULL, targets INTEGER DEFAULT 0,
  contents INTEGER DEFAULT 0, bytes INTEGER DEFAULT 0, known INTEGER DEFAULT 0, findings INTEGER DEFAULT 0,
  credentials INTEGER DEFAULT 0, waived INTEGER DEFAULT 0, fingerprints INTEGER DEFAULT 0, skipped INTEGER DEFAULT 0,
  seconds REAL DEFAULT 0,
  worker_seconds REAL DEFAULT 0);
-- stage: plan, scan, relist, echo, place or done. shared: the keys of contents that another target or an earlier run
-- scanned. sources: the values to look for, as one hash.
CREATE TABLE IF NOT EXISTS targets (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, place BLOB NOT NULL, stage TEXT NOT NULL,
  signature TEXT NOT NULL DEFAULT '', shared BLOB NOT NULL DEFAULT x'', contents INTEGER NOT NULL DEFAULT 0,
  sources BLOB NOT NULL DEFAULT x'', run INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS targets_by_sources ON targets (sources);
-- state: pending, running, suspect, done or lost. items are kept until they are done.
CREATE TABLE IF NOT EXISTS units (
  id INTEGER PRIMARY KEY AUTOINCREMENT, target INTEGER NOT NULL, stage TEXT NOT NULL, rank INTEGER NOT NULL,
  state TEXT NOT NULL DEFAULT 'pending', losses INTEGER NOT NULL DEFAULT 0, items BLOB);
CREATE INDEX IF NOT EXISTS units_by_state ON units (state, rank, id);
CREATE INDEX IF NOT EXISTS units_by_target ON units (target, state);
-- Every content that was scanned or is to be, and the unit it belongs to (0: one of an earlier run).
CREATE TABLE IF NOT EXISTS contents (key BLOB PRIMARY KEY, unit INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS notable (
  key BLOB PRIMARY KEY, target INTEGER, id TEXT NOT NULL, place TEXT NOT NULL, path TEXT NOT NULL,
  "values" TEXT NOT NULL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS notable_by_target ON notable (target);
-- Which contents were searched, or are to be (unit), for which values (sources); what was found there.
CREATE TABLE IF NOT EXISTS echoes (
  sources BLOB NOT NULL, key BLOB NOT NULL, unit INTEGER NOT NULL, id TEXT, place TEXT, path TEXT,
  body TEXT NOT NULL DEFAULT '', PRIMARY KEY (sources, key)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS unread (
  target INTEGER NOT NULL, key BLOB NOT NULL, path TEXT NOT NULL, reason TEXT NOT NULL,
  state TEXT NOT NULL, PRIMARY KEY (target, key));
-- The results. record is the finding as a JSON array; the other columns are for queries.
CREATE TABLE IF NOT EXISTS findings (
  id INTEGER PRIMARY KEY, target INTEGER NOT NULL, repository TEXT NOT NULL, path TEXT NOT NULL, rule TEXT NOT NULL,
  kind TEXT NOT NULL, provider TEXT, severity TEXT NOT NULL, fingerprint TEXT NOT NULL, "match" TEXT NOT NULL,
  cell INTEGER, "where" TEXT NOT NULL, line INTEGER NOT NULL, file_line INTEGER NOT NULL, waived TEXT,
  "commit" TEXT NOT NULL, author TEXT NOT NULL, date TEXT NOT NULL, commits INTEGER NOT NULL, record TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS findings_by_target ON findings (target);
CREATE INDEX IF NOT EXISTS findings_by_fingerprint ON findings (fingerprint);
CREATE TABLE IF NOT EXISTS skipped (target INTEGER, path TEXT NOT NULL, reason TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS notes (target INTEGER NOT NULL, note TEXT NOT NULL);
CREATE VIEW IF NOT EXISTS spread AS
  SELECT fingerprint, rule, kind, provider, severity, "match", count(DISTINCT repository) AS repositories,
         count(*) AS places, min(nullif(date, '')) AS first, max(nullif(date, '')) AS last
  FROM findings WHERE waived IS NULL GROUP BY fingerprint;
