CREATE TABLE p (a integer DEFAULT 1, b text NOT NULL);
CREATE TABLE c (a integer DEFAULT 1, b text NOT NULL, z integer);
