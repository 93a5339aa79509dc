-- Every kind of token, with a semicolon wherever one must not end a statement.
SELECT ';', ';;''', E'\';', e'\\', E'a''b\\\';', B'0101', b'1', X'1fA;', x'0', N'n;', n'''';
SELECT U&'d\0061t;', u&';', U&'d!0061;' UESCAPE '!', U&"d\0061t;" FROM (SELECT 1 AS "dat;") AS q;
SELECT $$;$$, $a$;$$;$b$;$a$, $é_1$ ; $ $é $é_1$, $x$ $X$; $x$ AS a$b, 1 AS a$1;
SELECT E'one'
  ' two\'; still the first',
  'one'
  'two;', E'x'
'\\';
SELECT 'not continued\' , ';' AS b;
SELECT 1, 1.5, .5, 1., 1e5, 1.5E-3, 1.e+2, 12345678901234567890;
SELECT 1+1, 1-1, 1--;
+1, 2*/* ; */3, 4/2, -1, - 1, 2 - -1, 5%3, 2^3, |/ 4, @ -3, !! 4;
SELECT a<=b, a>=b, a<>b, a!=b, a=-1, a*-1, a@-1, a||b, a->b, a->>b, a#>'{;}', a?b, a?|b, a~~*b, a!~*b FROM t;
SELECT a::int, a::"char", (a).b, a.*, t.a[1:2], a[1:x], a[:], '{1;2}'::int[] FROM s.t;
SELECT $1, $2::text, a$2 FROM t WHERE b = $3;
SELECT OPERATOR(pg_catalog.+) 1, f(a => 1, b := 2), f(VARIADIC ARRAY[1,2]);
SELECT /* /* ; */ ; */ 1 /**/ /***/ /*/**/*/ AS "a""b;" -- ; '
;
SELECT 1 AS élan, "É;", _a, __, a_$ FROM "s;"."t;";;
;
/* only a comment; */ ;
TABLE a;VALUES(1);(SELECT 1);((SELECT 1));
