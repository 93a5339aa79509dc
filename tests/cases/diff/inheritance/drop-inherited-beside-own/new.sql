CREATE TABLE vehicle (wheels int);
CREATE TABLE car (doors int) INHERITS (vehicle);
CREATE TABLE bike (colour text) INHERITS (vehicle);
