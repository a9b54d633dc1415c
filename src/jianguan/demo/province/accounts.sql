-- Accounts of the business systems, their permissions and log-ins of a day.

-- table: account
SELECT lower(code) AS account, getvariable('day') AS day, ric(500000000 + staff) AS person, code AS staff,
    CASE WHEN agency > 0 THEN (SELECT code FROM agency a WHERE a.agency = s.agency) ELSE 'YS-' || o.slug || '-DT' END AS office,
    CASE role WHEN 'KS' THEN '考试监管系统' WHEN 'WJ' THEN '检验监管系统' WHEN 'YC' THEN '检验监管系统' WHEN 'SH' THEN '检验监管系统' ELSE '综合应用平台' END AS system,
    CASE role WHEN 'KS' THEN '考试员' WHEN 'CY' THEN '查验员' WHEN 'YW' THEN '业务受理审核' WHEN 'SH' THEN '检验审核' WHEN 'GL' THEN '系统管理员' ELSE '检验员' END AS role,
    role IN ('KS', 'CY', 'SH', 'GL') AS police, role = 'GL' AS administrator, '1' AS state,
    getvariable('first') + to_days(400 + pick(k, 'valid', 700)) AS valid_until, DATE '2023-01-01' + pick(k, 'created', 700) AS created_on,
    getvariable('day') - to_days(pick(k, 'seen', 4)) + to_minutes(480) AS last_login_at, s.capacity, s.staff AS staff_id, k, s.role AS role_code, o.slug
FROM (SELECT *, hash(xor(hash(staff), hash('account'))) AS k FROM staff) s JOIN office o USING (office) ORDER BY office, account;

-- table: account_permission
SELECT account, permission, getvariable('day') AS day, office, created_on AS granted_on, 'gl-合成' AS granted_by, true AS template, capacity
FROM (SELECT *, unnest(CASE role_code WHEN 'KS' THEN ['考试过程监管', '考试成绩确认'] WHEN 'CY' THEN ['查验录入', '查验照片上传']
    WHEN 'YW' THEN ['业务受理', '业务审核', '制证', '档案更正录入'] WHEN 'SH' THEN ['检验审核', '检验照片查看']
    WHEN 'GL' THEN ['用户管理', '参数维护', '日志查看'] ELSE ['检验数据上传'] END) AS permission FROM account);

-- table: account_login
SELECT account, logged_in_at, terminal, office, u(h, 'success') < 0.97 AS success, CASE WHEN police THEN '数字证书' ELSE '口令' END AS method,
    logged_in_at + seconds(7200 + 7200 * u(h, 'stay')) AS logged_out_at, capacity
FROM (
    SELECT *, getvariable('day') + to_minutes(465 + 300 * j) + seconds(2400 * u(h, 'in') + j) AS logged_in_at,
        format('10.{}.{}.{}', 20 + staff_id // 40000, staff_id // 200 % 200, 10 + staff_id % 200) AS terminal
    FROM (SELECT *, key2(getvariable('day_no'), staff_id * 2 + j) AS h FROM (SELECT *, unnest(range(2)) AS j FROM account))
) WHERE u(h, 'works') < CASE WHEN getvariable('workday') THEN 0.75 ELSE 0.18 END AND state = '1'
    AND last_login_at > getvariable('day') - to_days(30);
