-- Breaks and the number of cases read today are counted by reader and day.
CREATE INDEX views_by_reader ON views (reader, viewed_at);
CREATE INDEX decisions_by_state ON decisions (state, final_at);
