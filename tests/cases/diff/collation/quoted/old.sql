CREATE SCHEMA "Z z";
CREATE COLLATION "Z z"."C c" (locale='C');
CREATE TABLE t(a text COLLATE "Z z"."C c");
