CREATE TABLE top (id integer);
CREATE TABLE l () INHERITS (top);
CREATE TABLE r () INHERITS (top);
CREATE TABLE bottom () INHERITS (l, r);
CREATE TABLE other (id integer);
CREATE TABLE last () INHERITS (bottom, other);
