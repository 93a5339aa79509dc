CREATE TYPE address AS (feel integer); CREATE TABLE places OF address (feel NOT NULL);
