# Dates and numbers.

date-day = { $day } { $month } { $year }
date-instant = { $day }, { $time } UTC
date-deadline = { $day } ({ $time } UTC)
date-day-utc = { $day } (UTC)
number-percent = { $number } %

month-january = January
month-february = February
month-march = March
month-april = April
month-may = May
month-june = June
month-july = July
month-august = August
month-september = September
month-october = October
month-november = November
month-december = December
