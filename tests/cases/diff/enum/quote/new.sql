CREATE TYPE e AS ENUM ('it''s', 'a b');
