"""Working days, periods and deadlines of duties (工作日、履职周期、期限)."""
