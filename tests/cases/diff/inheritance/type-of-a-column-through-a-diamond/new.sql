CREATE TABLE top (id bigint);
CREATE TABLE l () INHERITS (top);
CREATE TABLE r () INHERITS (top);
CREATE TABLE bottom () INHERITS (l, r);
CREATE TABLE other (id bigint);
CREATE TABLE last () INHERITS (bottom, other);
