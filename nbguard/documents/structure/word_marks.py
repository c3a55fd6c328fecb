"""The marks inside of words of scripts such as Thai, Hindi, Hebrew and Arabic, which no regex takes for letters."""

# For a regex's class of characters: combining marks of Latin, Cyrillic, Hebrew, Arabic; the blocks of India's scripts,
# Thai, Lao, Burmese and Khmer.
MARKS = (
    "\\u0300-\\u036f\\u0483-\\u0487\\u0591-\\u05c7\\u0610-\\u061a\\u064b-\\u065f\\u0670\\u0900-\\u0963\\u0971-\\u0dff"
    "\\u0e31-\\u0e3a\\u0e47-\\u0e4e\\u0eb1-\\u0ebc\\u0ec8-\\u0ecd\\u1000-\\u103e\\u1780-\\u17d3"
)
