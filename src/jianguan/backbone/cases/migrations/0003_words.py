"""What a case is found by: its words, kept by triggers, and the search that runs over them in spans of cases.

``@@`` is not leak-proof, so under row security PostgreSQL would not use the index for it. The search therefore runs as
the owner, keeps to the scope by ``seen_by``, and returns ids only; the rows themselves are read under row security.
GIN walks its first column and seeks in the others: with the spans first a look costs what its span holds, no more.
"""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

FORWARD = """
ALTER TABLE cases_casewords SET (toast_tuple_target = 128);
ALTER TABLE cases_casewords ALTER COLUMN words SET STORAGE EXTERNAL;
ALTER TABLE cases_casewords ALTER COLUMN words SET STATISTICS 0;

CREATE FUNCTION cases_letters(given text)
RETURNS TABLE (letter text, before boolean, after text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  -- The letters of scripts written without spaces (Han, Kana, Hangul), each with its neighbour of the same kind.
  WITH apart AS (
    SELECT c, n, ascii(c) BETWEEN 12352 AND 55203 OR ascii(c) > 131071 AS whole
    FROM unnest(string_to_array(given, NULL)) WITH ORDINALITY AS t(c, n)
  ), beside AS (
    SELECT c, whole, lag(whole) OVER w AS before, CASE WHEN lead(whole) OVER w THEN lead(c) OVER w END AS after
    FROM apart WINDOW w AS (ORDER BY n)
  )
  SELECT c, coalesce(before, false), after FROM beside WHERE whole
$$;

CREATE FUNCTION cases_plain(given text, longest integer) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT lower(normalize(left(given, longest), NFKC))
$$;

CREATE FUNCTION cases_words(given text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  -- Every letter, every pair of letters, every word of Latin letters and digits.
  WITH plain AS MATERIALIZED (SELECT cases_plain(given, 100000) AS text)
  SELECT array_to_tsvector(coalesce(array_agg(word), '{}')) FROM (
    SELECT l.letter AS word FROM plain, cases_letters(plain.text) l
    UNION SELECT l.letter || l.after FROM plain, cases_letters(plain.text) l WHERE l.after IS NOT NULL
    UNION SELECT left(m[1], 60) FROM plain, regexp_matches(plain.text, '[a-z0-9]+', 'g') m
  ) found
$$;

CREATE FUNCTION cases_wanted(given text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  -- All pairs of letters and words, a letter by itself where it stands alone; NULL where there is no word.
  WITH plain AS MATERIALIZED (SELECT cases_plain(given, 100) AS text)
  SELECT string_agg(quote_literal(word), ' & ')::tsquery FROM (
    SELECT l.letter || coalesce(l.after, '') AS word FROM plain, cases_letters(plain.text) l
    WHERE l.after IS NOT NULL OR NOT l.before
    UNION SELECT left(m[1], 60) FROM plain, regexp_matches(plain.text, '[a-z0-9]+', 'g') m
  ) found
$$;

CREATE FUNCTION cases_text(wanted bigint) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  -- Only what everybody who sees the case may read in it: a word that finds a case tells that it stands there. Names of
  -- persons, findings, documents and places have their own scopes and stay out.
  SELECT concat_ws(' ', c.number, c.title, c.origin, left(c.text, 20000),
    (SELECT string_agg(a.name, ' ') FROM agencies_agency a JOIN agencies_capacity k ON k.agency_id = a.id
     WHERE k.id IN (c.issuer_id, c.handler_id)
       OR k.id IN (SELECT p.capacity_id FROM cases_party p WHERE p.case_id = c.id)),
    left((SELECT string_agg(v #>> '{}', ' ') FROM jsonb_path_query(c.data - 'learner', 'strict $.**') v
     WHERE jsonb_typeof(v) IN ('number', 'string')), 2000),
    (SELECT string_agg(left(t.text, 8000), ' ' ORDER BY t.version) FROM cases_step t WHERE t.case_id = c.id),
    (SELECT string_agg(x.name, ' ') FROM cases_attachment x WHERE x.case_id = c.id))
  FROM cases_case c WHERE c.id = wanted
$$;

CREATE FUNCTION cases_spans(wanted bigint) RETURNS bigint[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  -- The span of 4096 ids and, below nought, that of 65536 ids.
  SELECT ARRAY[wanted >> 12, -1 - (wanted >> 16)]
$$;

CREATE FUNCTION cases_keep_words(wanted bigint) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public AS $$
  INSERT INTO cases_casewords (case_id, words, seen_by, spans)
  SELECT c.id, cases_words(cases_text(c.id)), ARRAY(
      SELECT c.issuer_id UNION SELECT c.handler_id
      UNION SELECT p.capacity_id FROM cases_party p WHERE p.case_id = c.id), cases_spans(c.id)
  FROM cases_case c WHERE c.id = wanted
  ON CONFLICT (case_id) DO UPDATE SET words = EXCLUDED.words, seen_by = EXCLUDED.seen_by
$$;

CREATE FUNCTION cases_words_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  PERFORM cases_keep_words(CASE TG_TABLE_NAME WHEN 'cases_case' THEN NEW.id ELSE (to_jsonb(NEW) ->> 'case_id')::bigint END);
  RETURN NULL;
END
$$;

CREATE FUNCTION cases_found(given text, below bigint, amount integer) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public SET enable_seqscan = off SET enable_indexscan = off
AS $$
-- Ids of cases in scope that hold every word, newest first: the newest spans of 4096 ids one by one, so that a word of
-- many cases is answered at once, then those of 65536.
DECLARE
  scope bigint[] := jianguan_scope();
  wanted tsquery := cases_wanted(given);
  top bigint := least(below - 1, (SELECT last_value FROM cases_case_id_seq));
  part text := 'SELECT w.case_id FROM cases_casewords w WHERE w.spans @> ARRAY[$1] AND %s && $2 AND w.words @@ $3'
    ' AND w.case_id <= $4 ORDER BY w.case_id DESC LIMIT $5';
  span bigint;
  met integer;
BEGIN
  IF wanted IS NULL OR cardinality(scope) = 0 THEN
    RETURN;
  END IF;
  -- A scope that holds most units narrows nothing; its many lists would only make the index slow.
  part := format(part, CASE WHEN cardinality(scope) * 2 < (SELECT count(*) FROM agencies_capacity)
                       THEN 'w.seen_by' ELSE '(w.seen_by || ''{}''::bigint[])' END);
  FOREACH span IN ARRAY ARRAY(SELECT generate_series(top >> 12, top >> 16 << 4, -1))
                        || ARRAY(SELECT -1 - generate_series((top >> 16) - 1, 0, -1)) LOOP
    RETURN QUERY EXECUTE part USING span, scope, wanted, top, amount;
    GET DIAGNOSTICS met = ROW_COUNT;
    amount := amount - met;
    IF amount = 0 THEN
      RETURN;
    END IF;
  END LOOP;
END
$$;

CREATE TRIGGER case_words_of_step AFTER INSERT ON cases_step
  FOR EACH ROW EXECUTE FUNCTION cases_words_changed();
CREATE TRIGGER case_words_of_party AFTER INSERT ON cases_party
  FOR EACH ROW EXECUTE FUNCTION cases_words_changed();
CREATE TRIGGER case_words_of_attachment AFTER INSERT ON cases_attachment
  FOR EACH ROW EXECUTE FUNCTION cases_words_changed();
CREATE TRIGGER case_words_of_units AFTER UPDATE ON cases_case FOR EACH ROW
  WHEN (NEW.handler_id <> OLD.handler_id OR NEW.issuer_id <> OLD.issuer_id)
  EXECUTE FUNCTION cases_words_changed();

SELECT cases_keep_words(id) FROM cases_case;
"""

BACKWARD = """
DROP TRIGGER case_words_of_units ON cases_case;
DROP TRIGGER case_words_of_attachment ON cases_attachment;
DROP TRIGGER case_words_of_party ON cases_party;
DROP TRIGGER case_words_of_step ON cases_step;
DROP FUNCTION cases_found(text, bigint, integer);
DROP FUNCTION cases_words_changed();
DROP FUNCTION cases_keep_words(bigint);
DROP FUNCTION cases_spans(bigint);
DROP FUNCTION cases_text(bigint);
DROP FUNCTION cases_wanted(text);
DROP FUNCTION cases_words(text);
DROP FUNCTION cases_plain(text, integer);
DROP FUNCTION cases_letters(text);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0002_oversight_without_gap"),
        ("cases", "0002_guards"),
        ("subjects", "0001_initial"),
        ("work", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="CaseWords",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="found_by",
                        serialize=False,
                        to="cases.case",
                    ),
                ),
                ("words", django.contrib.postgres.search.SearchVectorField(verbose_name="词")),
                (
                    "seen_by",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), size=None, verbose_name="可见单位"
                    ),
                ),
                (
                    "spans",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), size=None, verbose_name="编号段"
                    ),
                ),
            ],
            options={
                "verbose_name": "检索词",
            },
        ),
        migrations.RemoveIndex(
            model_name="case",
            name="case_search",
        ),
        migrations.RemoveField(
            model_name="case",
            name="search",
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("state", "closed"), _negated=True), fields=["-id"], name="case_live"
            ),
        ),
        migrations.AddIndex(
            model_name="casewords",
            index=django.contrib.postgres.indexes.GinIndex(
                fastupdate=False, fields=["spans", "seen_by", "words"], name="case_words"
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
