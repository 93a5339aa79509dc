CREATE TABLE t (a bigint[], b int[], c int[], d varchar(20)[], e text[], f timestamp[], g numeric[][], h bigint[] DEFAULT '{3}', i int[], j date[]);
