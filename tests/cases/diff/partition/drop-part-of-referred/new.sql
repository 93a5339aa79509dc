CREATE TABLE builds (id integer NOT NULL, partition_id bigint NOT NULL) PARTITION BY LIST (partition_id);
CREATE TABLE b100 PARTITION OF builds FOR VALUES IN (100);
ALTER TABLE builds ADD PRIMARY KEY (id, partition_id);
CREATE TABLE needs (build_id integer, partition_id bigint,
    CONSTRAINT fk FOREIGN KEY (build_id, partition_id) REFERENCES builds);
