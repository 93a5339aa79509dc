CREATE TYPE mood AS ENUM ('new', 'held', 'done');
CREATE TABLE posts (id integer, d mood);
