CREATE TABLE f (a int, b text, PRIMARY KEY (a));
CREATE INDEX fb ON f (b);
CREATE TABLE r (x int REFERENCES f);
