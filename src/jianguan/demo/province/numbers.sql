-- Chance and identifiers. Every value is a pure function of the seed and of what it belongs to, so that a day comes
-- out the same whichever worker draws it and whatever other days are built.

-- A number in [0, 1): key k, stream s. DuckDB's hash() is fixed for the pinned version of DuckDB.
CREATE MACRO u(k, s) AS
    CAST(hash(xor(CAST(k AS UBIGINT), hash(s || CAST(getvariable('seed') AS VARCHAR)))) >> 11 AS DOUBLE)
    / 9007199254740992.0;

-- An integer in [0, n).
CREATE MACRO pick(k, s, n) AS CAST(floor(u(k, s) * n) AS INTEGER);

-- Standard normal (Box and Muller 1958).
CREATE MACRO gauss(k, s) AS sqrt(-2 * ln(1 - u(k, s || '|a'))) * cos(6.283185307179586 * u(k, s || '|b'));

CREATE MACRO sigmoid(x) AS 1 / (1 + exp(-(x)));

-- The numbers 0 … n - 1 shared out by weight: the slots of a row whose predecessors weigh `before` of `total`.
CREATE MACRO share(before, weight, total, n) AS unnest(range(
    CAST(floor(n * before / total + 0.000001) AS BIGINT), CAST(floor(n * (before + weight) / total + 0.000001) AS BIGINT)));

-- A key for two parts.
CREATE MACRO key2(a, b) AS hash(xor(hash(CAST(a AS UBIGINT)), CAST(b AS UBIGINT)));

CREATE MACRO seconds(x) AS to_seconds(CAST(floor(x) AS BIGINT));

CREATE MACRO digit(text, i) AS ascii(substr(text, i, 1)) - 48;

-- Identity number (居民身份证号码) of person p: a real division, a check digit that holds, and a birth date in
-- 1850-1879. Eighteen-digit numbers exist since 1999-10-01; nobody born before 1880 lived to get one.
CREATE MACRO ric_body(q) AS
    getvariable('divisions')[1 + q % 60]
    || strftime(DATE '1850-01-01' + CAST(q // 60 % 10957 AS INTEGER), '%Y%m%d')
    || lpad(CAST(q // 657420 + 1 AS VARCHAR), 3, '0');
CREATE MACRO ric_checked(b) AS
    b || substr('10X98765432', CAST((7 * digit(b, 1) + 9 * digit(b, 2) + 10 * digit(b, 3) + 5 * digit(b, 4)
        + 8 * digit(b, 5) + 4 * digit(b, 6) + 2 * digit(b, 7) + digit(b, 8) + 6 * digit(b, 9) + 3 * digit(b, 10)
        + 7 * digit(b, 11) + 9 * digit(b, 12) + 10 * digit(b, 13) + 5 * digit(b, 14) + 8 * digit(b, 15)
        + 4 * digit(b, 16) + 2 * digit(b, 17)) % 11 + 1 AS INTEGER), 1);
CREATE MACRO ric(p) AS list_transform(
    list_transform([(CAST(p AS BIGINT) * 179424673 + 86028121) % 656762580], lambda q: ric_body(q)), lambda b: ric_checked(b))[1];

CREATE MACRO person_name(p) AS
    substr('王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧', 1 + pick(p, 'surname', 30), 1)
    || substr('伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华建国春生梅雪松', 1 + pick(p, 'given1', 31), 1)
    || CASE WHEN u(p, 'given2?') < 0.7
            THEN substr('海波晨光辉宇婷欣怡然博文子涵浩轩佳琪东升庆祥玉兰云飞', 1 + pick(p, 'given2', 26), 1) ELSE '' END;

-- Mobile number: segment 154 is allotted to no operator.
CREATE MACRO phone(p) AS '154' || lpad(CAST(CAST(p AS BIGINT) * 7368787 % 100000000 AS VARCHAR), 8, '0');

CREATE MACRO letter(i) AS substr('ABCDEFGHJKLMNPQRSTUVWXYZ', CAST(1 + i AS INTEGER), 1);

-- Plates of vehicle v. Ordinary serials with three letters are issued nowhere (GA 36 allows two); small new-energy
-- plates take first letters that Jilin has not opened; trailers take three letters in four places.
CREATE MACRO plate_ordinary(q, city_letter) AS '吉' || city_letter || translate(
    ['abcxy', 'abxcy', 'abxyc', 'axbcy', 'axbyc', 'axybc', 'xabcy', 'xabyc', 'xaybc', 'xyabc'][1 + q // 1382400 % 10],
    'abcxy',
    letter(q // 57600 % 24) || letter(q // 2400 % 24) || letter(q // 100 % 24) || CAST(q // 10 % 10 AS VARCHAR)
    || CAST(q % 10 AS VARCHAR));
CREATE MACRO plate_trailer(q, city_letter) AS '吉' || city_letter || translate(
    ['abcx', 'abxc', 'axbc', 'xabc'][1 + q // 138240 % 4], 'abcx',
    letter(q // 5760 % 24) || letter(q // 240 % 24) || letter(q // 10 % 24) || CAST(q % 10 AS VARCHAR)) || '挂';
CREATE MACRO plate_energy(q, city_letter) AS '吉' || city_letter
    || substr('ABCEGHJK', CAST(1 + q // 240000 % 8 AS INTEGER), 1) || letter(q // 10000 % 24)
    || lpad(CAST(q % 10000 AS VARCHAR), 4, '0');
CREATE MACRO plate(v, plate_kind, city_letter) AS CASE plate_kind
    WHEN '15' THEN list_transform([CAST(v AS BIGINT) * 7368787 % 552960], lambda q: plate_trailer(q, city_letter))[1]
    WHEN '52' THEN list_transform([CAST(v AS BIGINT) * 7368787 % 1920000], lambda q: plate_energy(q, city_letter))[1]
    ELSE list_transform([CAST(v AS BIGINT) * 7368787 % 13824000], lambda q: plate_ordinary(q, city_letter))[1] END;

-- Vehicle identification number (车辆识别代号) of vehicle v: L0S SYN.. – the check digit holds; the model-year place
-- holds 0, a character that GB 16735 never uses there.
CREATE MACRO vin_tail(d, s) AS 'L0SSYN' || d || substr('0123456789X', CAST((109 + 2 * digit(d, 1) + 10 * digit(d, 2)
    + 7 * digit(s, 1) + 6 * digit(s, 2) + 5 * digit(s, 3) + 4 * digit(s, 4) + 3 * digit(s, 5) + 2 * digit(s, 6)) % 11
    + 1 AS INTEGER), 1) || '0S' || s;
CREATE MACRO vin(v) AS list_transform([lpad(CAST(v % 100000000 AS VARCHAR), 8, '0')],
    lambda t: vin_tail(t[:2], t[3:]))[1];

CREATE MACRO sha(text) AS sha256(text || getvariable('seed'));
CREATE MACRO hex64(h) AS format('{:016x}', h);

-- A bit pattern that differs from h in up to three places: what recompression leaves of a perceptual hash.
CREATE MACRO nearby(h, k) AS xor(xor(h, CAST(1 AS UBIGINT) << pick(k, 'bit1', 64)),
    CAST(1 AS UBIGINT) << pick(k, 'bit2', 64));
