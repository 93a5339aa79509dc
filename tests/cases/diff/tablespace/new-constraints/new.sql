CREATE TABLE t (a integer, b integer, r int4range,
    PRIMARY KEY (a) USING INDEX TABLESPACE fast,
    EXCLUDE USING gist (r WITH &&) USING INDEX TABLESPACE "Slow One");
