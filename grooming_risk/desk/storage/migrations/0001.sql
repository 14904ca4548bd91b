CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE imports (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  created_at TEXT NOT NULL,
  reader TEXT NOT NULL,
  language TEXT,
  state TEXT NOT NULL CHECK (state IN ('open', 'stopped', 'done'))
);
CREATE TABLE files (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  import_id INTEGER NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
  stored TEXT UNIQUE,
  name BLOB NOT NULL,
  size INTEGER NOT NULL,
  sha256 BLOB NOT NULL,
  digest TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'reading', 'read', 'split', 'skipped', 'duplicate', 'unreadable')),
  depth INTEGER NOT NULL DEFAULT 0,
  format TEXT,
  problem TEXT,
  conversations INTEGER NOT NULL DEFAULT 0,
  repeated INTEGER NOT NULL DEFAULT 0,
  unusable INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX files_by_import ON files (import_id, state);
CREATE INDEX files_by_digest ON files (digest);
CREATE TABLE samples (
  name TEXT PRIMARY KEY,
  import_id INTEGER NOT NULL UNIQUE,
  drawn INTEGER NOT NULL,
  population INTEGER NOT NULL,
  created_at TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE cases (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  file_id INTEGER REFERENCES files (id) ON DELETE SET NULL,
  import_id INTEGER NOT NULL,
  digest TEXT NOT NULL UNIQUE,
  title BLOB NOT NULL,
  outcome TEXT NOT NULL,
  probability REAL NOT NULL DEFAULT 0,
  logit REAL,
  messages INTEGER NOT NULL,
  first_at TEXT,
  last_at TEXT,
  format TEXT NOT NULL,
  language TEXT,
  sample TEXT REFERENCES samples (name),
  state TEXT NOT NULL CHECK (state IN ('open', 'pending', 'second', 'appeal', 'decided')),
  choice TEXT,
  created_at TEXT NOT NULL,
  delete_on TEXT NOT NULL
);
CREATE INDEX cases_by_rank ON cases (state, outcome, probability DESC, id);
CREATE INDEX cases_by_import ON cases (import_id, outcome);
CREATE INDEX cases_by_date ON cases (delete_on);
CREATE TABLE contents (
  case_id INTEGER PRIMARY KEY REFERENCES cases (id) ON DELETE CASCADE,
  conversation BLOB NOT NULL,
  report BLOB NOT NULL
);
CREATE TABLE tactics (
  case_id INTEGER NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
  tactic TEXT NOT NULL,
  messages INTEGER NOT NULL,
  PRIMARY KEY (case_id, tactic)
) WITHOUT ROWID;
CREATE INDEX tactics_by_name ON tactics (tactic, case_id);
CREATE TABLE openings (
  id INTEGER PRIMARY KEY,
  case_id INTEGER NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
  reader TEXT NOT NULL,
  opened_at TEXT NOT NULL
);
CREATE INDEX openings_by_case ON openings (case_id, reader);
CREATE INDEX openings_by_reader ON openings (reader, opened_at);
CREATE TABLE views (
  case_id INTEGER NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
  reader TEXT NOT NULL,
  message INTEGER NOT NULL,
  viewed_at TEXT NOT NULL,
  PRIMARY KEY (case_id, reader, message)
) WITHOUT ROWID;
CREATE TABLE decisions (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  case_id INTEGER NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
  reader TEXT NOT NULL,
  stage TEXT NOT NULL CHECK (stage IN ('first', 'second', 'appeal')),
  choice TEXT NOT NULL CHECK (choice IN ('escalate', 'no_concern', 'not_sure')),
  note BLOB,
  decided_at TEXT NOT NULL,
  final_at REAL NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'sealed', 'undone'))
);
CREATE INDEX decisions_by_case ON decisions (case_id, id);
CREATE UNIQUE INDEX one_pending_decision ON decisions (case_id) WHERE state = 'pending';
CREATE TABLE records (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  digest TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  case_id INTEGER,
  decision_id INTEGER UNIQUE,
  waiting_seconds INTEGER,
  reading_seconds INTEGER,
  retain_until TEXT NOT NULL,
  record TEXT,
  deleted_at TEXT
);
CREATE INDEX records_by_case ON records (case_id, id);
CREATE TABLE handovers (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  case_id INTEGER NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
  answers BLOB NOT NULL,
  country TEXT,
  language TEXT NOT NULL,
  stored TEXT UNIQUE,
  digest TEXT,
  decision TEXT,
  created_at TEXT NOT NULL
);
CREATE INDEX handovers_by_case ON handovers (case_id, id);
CREATE TABLE deletions (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  deleted_at TEXT NOT NULL,
  reader TEXT NOT NULL,
  what TEXT NOT NULL,
  number INTEGER NOT NULL,
  reason TEXT NOT NULL
);
