"""Everything the bot says of its own accord, in English; the catalogues hold the rest.

A phrase is one or two short sentences in plain words: it is read on a small screen by someone who may
be reading in her second script. `Phrase(context, text)` is the shape that `pybabel extract` looks for.
"""

from __future__ import annotations

from flows.wording import Wording as Phrase

# Asked again: first with the whole question, then plainer.
NOT_UNDERSTOOD = Phrase("bot/not-understood", "Sorry, I did not understand.")
YES_OR_NO = Phrase("bot/yes-or-no", "Please reply yes or no.")
YES_OR_NO_PLAIN = Phrase("bot/yes-or-no-plain", "Send only the number: 1 for yes, 2 for no.")
NUMBER = Phrase("bot/number", "Please reply with a whole number, for example {example}.")
NUMBER_BETWEEN = Phrase("bot/number-between", "Please reply with a number from {low} to {high}.")
NUMBER_PLAIN = Phrase(
    "bot/number-plain", "Send only one number and nothing else, like this: {example}"
)
DECIMAL = Phrase("bot/decimal", "Please reply with a number, for example {example}.")
OPTION = Phrase("bot/option", "Please reply with the number of one answer.")
OPTION_PLAIN = Phrase(
    "bot/option-plain", "Send only one number from this list, like this: {example}"
)
OPTIONS = Phrase(
    "bot/options", "Please reply with the numbers of your answers, for example {example}."
)
OPTIONS_PLAIN = Phrase(
    "bot/options-plain",
    "Send only numbers from this list, with a comma between them, like this: {example}",
)
RANKING = Phrase(
    "bot/ranking",
    "Please put the answers in order, the most important first, for example {example}.",
)
DATE = Phrase(
    "bot/date", "Please reply with a date: day, month as a word, year. For example {example}."
)
DATE_PLAIN = Phrase("bot/date-plain", "Send only the date, like this: {example}")
TEXT = Phrase("bot/text", "Please reply in your own words.")
VOICE = Phrase("bot/voice", "Please send a voice note.")
PICTURE = Phrase("bot/picture", "Please send a picture.")
PLACE = Phrase("bot/place", "Please share your location, or write the place in words.")
ACKNOWLEDGE = Phrase("bot/acknowledge", "Reply OK when you are ready to go on.")
POSTCODE = Phrase(
    "bot/postcode", "Please reply with the first half of your postcode, for example {example}."
)
DID_YOU_MEAN = Phrase("bot/did-you-mean", "Did you mean {first}, or {second}?")
YES = Phrase("bot/yes", "Yes")
NO = Phrase("bot/no", "No")
ONE_ONLY = Phrase("bot/one-only", "I found more than one answer in your message.")
NOT_IN_RANGE = Phrase("bot/not-in-range", "That number is not one I can use here.")
MOVING_ON = Phrase("bot/moving-on", "No problem. We will leave this question and go on.")
SKIPPED = Phrase("bot/skipped", "We will leave this question.")
REQUIRED = Phrase("bot/required", "I need an answer to this question before we can go on.")

# Commands.
HELP = Phrase(
    "bot/help",
    "Reply to each question in your own words or with a number. Write BACK to change your last answer, "
    "SKIP to leave a question, LANGUAGE to change language, STOP to end.",
)
NOTHING_BEFORE = Phrase("bot/nothing-before", "This is the first question.")
STOPPED = Phrase(
    "bot/stopped",
    "You are out. We will not write to you again. Write START if you change your mind.",
)
WELCOME_BACK = Phrase("bot/welcome-back", "Welcome back. We go on where we stopped.")
PAUSED = Phrase("bot/paused", "We will wait. Write START when you are ready.")
CHOOSE_LANGUAGE = Phrase("bot/choose-language", "Choose your language.")
LANGUAGE_NOT_OFFERED = Phrase(
    "bot/language-not-offered",
    "This survey is not ready in {language} yet. You can choose one of these.",
)
CONFIRM_ERASURE = Phrase(
    "bot/confirm-erasure", "Do you want us to delete everything you have sent us? Reply yes or no."
)
ERASURE_REQUESTED = Phrase(
    "bot/erasure-requested", "We will delete what you have sent us and will not write to you again."
)
ERASURE_DROPPED = Phrase("bot/erasure-dropped", "Nothing was deleted.")
STALE_TAP = Phrase(
    "bot/stale-tap", "That button belongs to an earlier question. Here is the question we are at."
)

# The end, and after it.
THANK_YOU = Phrase("bot/thank-you", "Thank you. That was the last question.")
ALREADY_FINISHED = Phrase(
    "bot/already-finished",
    "You have already answered this survey. Thank you. Your message has been kept.",
)
CLOSED = Phrase(
    "bot/closed", "This survey has closed. Thank you for writing. Your message has been kept."
)
EXPIRED = Phrase("bot/expired", "This survey has closed. Thank you for the answers you gave.")
REMINDER = Phrase(
    "bot/reminder",
    "Your answers so far are safe. Here is the question again when you have a moment.",
)
CONSENT_REFUSED = Phrase(
    "bot/consent-refused", "That is fine. We will not ask you anything. Thank you."
)
NOT_PRIVATE = Phrase(
    "bot/not-private", "That is fine. Write START when you are on your own and it feels safe."
)

# When someone may be in danger. The numbers are UK services; the languages they speak are said.
SUPPORT = Phrase(
    "bot/support",
    "It sounds as if things are very hard. If you are in danger now, call 999. To talk to someone at any "
    "time: NHS 111, option 2; Samaritans 116 123; text SHOUT to 85258. These lines answer in English; "
    "999 and 111 can bring an interpreter.",
)
KEPT_FOR_A_PERSON = Phrase(
    "bot/kept-for-a-person",
    "Thank you, I have kept what you sent. Please also reply in writing to this question.",
)
VOICE_KEPT = Phrase("bot/voice-kept", "Thank you. A person will listen to what you sent.")

# The first words of a campaign, and what is said between its messages.
PRE_NOTIFICATION = Phrase(
    "bot/pre-notification",
    "Hello from {organisation}. Soon we will send you a few questions by message. You choose what to "
    "answer. Write STOP at any time and we will not write again.",
)
INVITATION = Phrase(
    "bot/invitation",
    "Hello from {organisation}. May we ask you a few questions? Write START to begin, or STOP and we will "
    "not write again.",
)
GO_ON = Phrase(
    "bot/go-on",
    "Hello from {organisation}. We still have a question for you. Write START to go on, or STOP and we "
    "will not write again.",
)
NEXT_CAMPAIGN = Phrase("bot/next-campaign", "Now a few questions from {organisation}.")
JOINED_LATER = Phrase(
    "bot/joined-later", "Thank you. We will ask you the questions of {campaign} after this survey."
)
TOMORROW = Phrase("bot/tomorrow", "Thank you. The next question comes tomorrow.")
STILL_TIME = Phrase("bot/still-time", "You can still answer. Here is the question again.")
QUOTA_FULL = Phrase(
    "bot/quota-full",
    "Thank you for writing. Enough people have answered this survey, so we will not ask you more.",
)
DELETE_CHAT = Phrase("bot/delete-chat", "If others use your phone, you can delete this chat now.")

# A phone that several people share.
WHO_IS_ANSWERING = Phrase(
    "bot/who-is-answering",
    "Several people answer from this phone. Who is answering now? Reply with a number.",
)
SOMEONE_ELSE = Phrase("bot/someone-else", "Someone else")
CHOOSE_NICKNAME = Phrase(
    "bot/choose-nickname",
    "What shall we call you? Write a name. It does not have to be your real name.",
)
CHOOSE_PIN = Phrase(
    "bot/choose-pin",
    "If nobody else shall answer in your name, send four digits that only you know. Or write SKIP.",
)
SEND_PIN = Phrase("bot/send-pin", "{name}, please send your four digits.")
WRONG_PIN = Phrase("bot/wrong-pin", "These are not the four digits that you chose.")
PIN_LOCKED = Phrase(
    "bot/pin-locked",
    "That was wrong too often. Please write again in an hour, or ask the people who invited you.",
)
GO_ON_WITH = Phrase("bot/go-on-with", "Thank you, {name}.")

# After START, on a phone that several organisations have written to.
WHO_MAY_WRITE = Phrase("bot/who-may-write", "Who may write to you again? Reply with a number.")
EVERYONE = Phrase("bot/everyone", "Everyone")

# Voice: recorded questions, and answers that are spoken.
ANSWER_BY_VOICE = Phrase("bot/answer-by-voice", "You can also answer with a voice note.")
CONSENT_BY_VOICE = Phrase(
    "bot/consent-by-voice", "Please write yes or no, or say it in a voice note."
)
WILL_LISTEN = Phrase(
    "bot/will-listen", "Thank you. A person will listen to what you said before we go on."
)

# On a WhatsApp list; at most twenty characters.
CHOOSE = Phrase("bot/choose", "Choose")

# What came of it.
FINDINGS = Phrase(
    "bot/findings",
    "You answered questions from {organisation}. This is what we heard, and what is being done.",
)
FINDINGS_USEFUL = Phrase("bot/findings-useful", "Was it good to hear this? Reply yes or no.")
