CREATE TABLE rooms (id integer, floor integer, open boolean,
    CONSTRAINT floors CHECK (floor BETWEEN 0 AND 10 AND id > 0),
    CONSTRAINT other_floors CHECK (floor NOT BETWEEN 20 AND 30 OR open));
