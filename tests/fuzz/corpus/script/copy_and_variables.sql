-- prose
-- revision = "a1"
-- down_revision = [ # both
--   "b1",
--   "c1"]
-- message = """two
-- lines"""
-- variables = ["tenant"]
-- transaction = false

-- [upgrade]
COPY :"tenant" FROM stdin;
-- [downgrade]
\.
SELECT $x$
-- [verify]
$x$, :'tenant';
-- [downgrade]
