CREATE OPERATOR CLASS oc FOR TYPE integer USING hash AS OPERATOR 1 =, FUNCTION 1 hashint4(integer); CREATE TABLE t (a integer); CREATE INDEX i ON t USING hash (a oc);
