CREATE TABLE rooms (during tsrange, EXCLUDE USING gist (during WITH &&));
