CREATE TABLE vehicle (wheels int, colour text);
CREATE TABLE car (doors int) INHERITS (vehicle);
CREATE TABLE bike (colour text) INHERITS (vehicle);
