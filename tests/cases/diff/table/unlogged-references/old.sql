CREATE TABLE z (id integer PRIMARY KEY);
CREATE TABLE t (id integer PRIMARY KEY REFERENCES z);
CREATE TABLE a (id integer REFERENCES t, up integer);
