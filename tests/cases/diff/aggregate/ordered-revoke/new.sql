CREATE AGGREGATE middle (float8 ORDER BY anyelement) (SFUNC = ordered_set_transition, STYPE = internal,
    FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA);
CREATE AGGREGATE place (VARIADIC "any" ORDER BY VARIADIC "any") (SFUNC = ordered_set_transition_multi,
    STYPE = internal, FINALFUNC = rank_final, FINALFUNC_EXTRA, HYPOTHETICAL);
CREATE AGGREGATE commonest (ORDER BY anyelement) (SFUNC = ordered_set_transition, STYPE = internal,
    FINALFUNC = mode_final, FINALFUNC_EXTRA);
REVOKE ALL ON FUNCTION middle (float8, anyelement) FROM PUBLIC;
REVOKE ALL ON FUNCTION place (VARIADIC "any") FROM PUBLIC;
REVOKE ALL ON FUNCTION commonest (anyelement) FROM PUBLIC;
