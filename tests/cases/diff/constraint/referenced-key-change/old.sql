CREATE TABLE p (a integer CONSTRAINT pk PRIMARY KEY, b integer); CREATE TABLE q (a integer REFERENCES p);
