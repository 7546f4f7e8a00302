"""The answer to a webhook: messages that Twilio sends for us at once."""

from __future__ import annotations

import re
from collections.abc import Sequence

from twilio.twiml.messaging_response import Message, MessagingResponse

# What XML 1.0 has no place for. A person's own words come back to her in a reply.
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def reply_document(replies: Sequence[tuple[str, str, str | None]]) -> str:
    """TwiML that sends each (body, status callback URL, address of a recording) as a message, in order."""
    document = MessagingResponse()
    for body, status_callback, media_url in replies:
        if media_url is None:
            document.message(_NOT_XML.sub("", body), action=status_callback, method="POST")
        else:
            # WhatsApp shows no text beside a recording.
            message = Message(action=status_callback, method="POST")
            message.media(media_url)
            document.append(message)
    return str(document)
