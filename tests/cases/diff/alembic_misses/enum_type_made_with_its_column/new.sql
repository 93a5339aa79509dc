CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE TABLE people (id int, mood mood NOT NULL DEFAULT 'good');
