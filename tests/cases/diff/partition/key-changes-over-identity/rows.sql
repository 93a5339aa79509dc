INSERT INTO parent (created_on, period) VALUES ('2024-05-05','2024-05-05');
