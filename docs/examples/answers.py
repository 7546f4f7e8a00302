"""Answers of a campaign by Awaaz's API, with Python's standard library alone.

Run it as it is, or cell by cell: editors such as VS Code and Spyder run what stands between two `# %%`.

    AWAAZ_URL=https://awaaz.example.org AWAAZ_TOKEN=awz_... python answers.py wellbeing
"""

# %% Where, and with which token
import csv
import hashlib
import io
import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections import Counter

URL = os.environ["AWAAZ_URL"].rstrip("/") + "/api/v1"
TOKEN = os.environ["AWAAZ_TOKEN"]
CAMPAIGN = sys.argv[1]


# %% Asking, and waiting when we are told to
def ask(path, *, method="GET", body=None, headers=None, **query):
    """The answer to a request, as bytes; waits and asks again when the API says Retry-After."""
    query = {name: value for name, value in query.items() if value is not None}
    url = f"{URL}{path}?{urllib.parse.urlencode(query)}" if query else f"{URL}{path}"
    sent = {
        "Authorization": f"Bearer {TOKEN}",
        "Content-Type": "application/json",
        **(headers or {}),
    }
    data = None if body is None else json.dumps(body).encode()
    for _ in range(60):
        request = urllib.request.Request(url, data=data, headers=sent, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return response.read()
        except urllib.error.HTTPError as error:
            wait = error.headers.get("Retry-After")
            if wait is None:
                problem = json.load(error)
                sys.exit(f"{problem['title']}: {problem['detail']} {problem.get('errors', '')}")
            time.sleep(int(wait))
    sys.exit("The API is busy; try again later.")


# %% The codebook: what the columns mean
book = json.loads(ask(f"/campaigns/{CAMPAIGN}/codebook"))
print(book["title"], "in", ", ".join(language["name"] for language in book["languages"]))

# %% Every answer, page by page. A later answer to the same question replaces the one before.
answers, cursor, more = {}, None, True
while more:
    page = json.loads(ask(f"/campaigns/{CAMPAIGN}/answers", cursor=cursor, limit=1000))
    for row in page["answers"]:
        answers[row["conversation"], row["question"]] = row
    cursor, more = page["next"], page["more"]
print(
    len(answers), "answers of", len({row["pseudonym"] for row in answers.values()}), "participants"
)

# %% How often each value was given
counts = Counter((row["question"], str(row["code"])) for row in answers.values())
for (question, code), count in sorted(counts.items()):
    print(f"{question:24} {code:>12} {count:6}")

# %% The same as a file, with the scores: ordered, made by a worker, fetched and checked
order = json.loads(
    ask(
        "/exports",
        method="POST",
        body={"campaigns": [CAMPAIGN], "format": "csv", "shape": "wide"},
        headers={"Idempotency-Key": str(uuid.uuid4())},
    )
)
while order["state"] in ("queued", "running"):
    time.sleep(1)
    order = json.loads(ask(f"/exports/{order['id']}"))
if order["state"] != "ready":
    sys.exit(f"The export could not be made: {order['why']}")
content = ask(f"/exports/{order['id']}/file")
if hashlib.sha256(content).hexdigest() != order["sha256"]:
    sys.exit("The file did not arrive whole; fetch it again.")
# Not by splitlines(): it also breaks a line at characters that people write within an answer.
table = list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))
print(len(table), "conversations in the file")

# %% Keep `cursor`: the next run begins there and reads only what is new
print("cursor", cursor)
