CREATE TABLE votes (user_id int NOT NULL, post_id int NOT NULL, PRIMARY KEY (user_id, post_id));
