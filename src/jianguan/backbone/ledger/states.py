"""The decision of ``rules.decide`` as one SQL expression over the columns of a judged row."""

STATE = """
CASE
    WHEN b.excused THEN '免除'
    WHEN b.disputed THEN '存疑'
    WHEN b.task_id IS NULL THEN CASE WHEN %(as_of)s < b.begins THEN '未到期' ELSE '不可证' END
    WHEN %(as_of)s < b.opens_at THEN '未到期'
    WHEN NOT b.known THEN '不可证'
    WHEN f.required IS NULL THEN CASE WHEN %(as_of)s < b.due_at THEN '待履行' ELSE '不可证' END
    WHEN f.required = 0 THEN
        CASE WHEN f.size = 0 OR %(as_of)s >= b.due_at THEN '免除' ELSE '未到期' END
    WHEN f.on_time >= f.required THEN '已履行'
    WHEN %(measure)s = 'retention' THEN '未履行'
    WHEN f.on_time + f.late >= f.required THEN '逾期履行'
    WHEN %(as_of)s < b.miss_at THEN '待履行'
    WHEN f.on_time + f.late = 0 THEN '未履行'
    ELSE '不足'
END
"""
