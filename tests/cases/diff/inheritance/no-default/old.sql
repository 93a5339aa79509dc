CREATE TABLE p (a integer DEFAULT 1, b text NOT NULL);
