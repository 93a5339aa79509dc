CREATE TABLE rooms (during tsrange);
