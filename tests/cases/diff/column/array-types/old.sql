CREATE TABLE t (a int[], b bigint[], c numeric(10,2)[], d text[], e varchar(10)[], f date[], g int[][], h smallint[] DEFAULT '{1,2}', i text[], j varchar(5)[]);
