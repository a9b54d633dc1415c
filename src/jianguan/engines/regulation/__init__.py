"""The text of a regulation (法规) and the rule book (规则库) as data: parse, check, compare."""
