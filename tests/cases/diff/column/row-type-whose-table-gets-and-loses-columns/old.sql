CREATE TABLE a (x int, y text, gone int);
CREATE TABLE b (r a NOT NULL DEFAULT '(1,x,2)', CHECK ((r).x > 0));
