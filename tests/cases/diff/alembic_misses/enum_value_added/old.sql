CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE TABLE people (mood mood DEFAULT 'good');
