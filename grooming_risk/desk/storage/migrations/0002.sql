-- Breaks and the number of cases read today are counted by reader and day.
CREATE INDEX views_by_reader ON views (reader, viewed_at);
CREATE INDEX decisions_by_state ON decisions (state, final_at);
-- The queue counts its shelves and offers what can be filtered by, without reading the cases themselves.
CREATE INDEX cases_by_shelf ON cases (state, outcome, sample);
CREATE INDEX cases_by_language ON cases (language);
CREATE INDEX cases_by_format ON cases (format);
