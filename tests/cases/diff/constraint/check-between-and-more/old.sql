CREATE TABLE rooms (id integer, floor integer, open boolean);
