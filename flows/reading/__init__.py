"""What a reply means: the public seam of reading.

Every reader takes the text exactly as typed and returns a ``Read`` (a value, and a code that says
how it was read) or an ``Unread`` (why, and the readings to show when asking again). When in doubt
a reader asks; it never guesses.

The ``how`` codes, for researchers who audit readings:

========================  =========================================================================
digit                     ASCII or native digits, perhaps with marks, counters or courtesy
                          around them; years and ages are read so too
enclosed digit            a keycap, a circled digit or the ten sign
number word               a word of the conversation's language
english number word       an English word in another language's conversation
han number                Chinese numerals put together, such as 二十三
out of                    a score written with its maximum, such as 8/10
yes word, no word         a yes or no of the conversation's language
english yes word,         an English yes or no in another language's conversation
english no word
emoji                     a thumb, tick or cross
label                     the option's wording as it was shown
folded label              the wording but for case, spaces, accents, marks or look-alike letters
key                       one of the further words the survey's author accepts
value                     the option's stored code
near label                a near miss of one label, far from every other
position                  the number shown before the option: its place, or its own number
letter                    the option's letter in the list
position and label        both, and they agree
same meaning              another word for the label: yes, no, don't know, prefer not to say
list                      several options (select_multiple); each was read by one of the above
iso date, numeric date    2026-03-14; 14/3/2026 where only one order makes a date
named month               14 March 2026
han date                  2026年3月14日
today, yesterday          counted from the day the message came
postcode                  a UK postcode or its district
========================  =========================================================================
"""

from flows.reading.answers import Option, Read, Reading, Speech, Unread, Value, Why
from flows.reading.choices import read_choice, read_choices
from flows.reading.crisis import CrisisFound, find_crisis
from flows.reading.dates import read_date
from flows.reading.numbers import read_age, read_decimal, read_integer, read_year
from flows.reading.places import read_postcode_district
from flows.reading.vocabulary import Role, Vocabulary, VocabularyError, parse_vocabulary
from flows.reading.yes_no import read_yes_no

__all__ = [
    "CrisisFound",
    "Option",
    "Read",
    "Reading",
    "Role",
    "Speech",
    "Unread",
    "Value",
    "Vocabulary",
    "VocabularyError",
    "Why",
    "find_crisis",
    "parse_vocabulary",
    "read_age",
    "read_choice",
    "read_choices",
    "read_date",
    "read_decimal",
    "read_integer",
    "read_postcode_district",
    "read_year",
    "read_yes_no",
]
