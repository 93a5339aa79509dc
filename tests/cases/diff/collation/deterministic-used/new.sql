CREATE COLLATION c (provider=icu, locale='und-u-ks-level2');
