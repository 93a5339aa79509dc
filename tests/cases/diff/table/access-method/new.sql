CREATE TABLE t (id integer PRIMARY KEY, a integer, b text, c numeric(10,2), d timestamptz);
CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler; CREATE TABLE u (a integer) USING heap2;
