CREATE TYPE mood AS ENUM ('good', 'fair', 'bad');
CREATE TABLE people (mood mood DEFAULT 'good');
