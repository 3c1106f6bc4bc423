"""English, as staff read it: the day before the month, and times in UTC.

12/06/2025 is two days, by where somebody comes from, so it is not taken for either.
"""

DATE_FORMAT = "j F Y"
SHORT_DATE_FORMAT = "j M Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = r"j F Y, H:i \U\T\C"
SHORT_DATETIME_FORMAT = r"j M Y, H:i \U\T\C"
YEAR_MONTH_FORMAT = "F Y"
MONTH_DAY_FORMAT = "j F"
DATE_INPUT_FORMATS = ["%Y-%m-%d", "%d %B %Y", "%d %b %Y", "%B %d, %Y", "%b %d, %Y"]
