# Answers of a campaign by Awaaz's API, with httr2 and jsonlite.
#
#   AWAAZ_URL=https://awaaz.example.org AWAAZ_TOKEN=awz_... Rscript answers.R wellbeing

# %% Where, and with which token
library(httr2)
library(jsonlite)

url <- paste0(sub("/$", "", Sys.getenv("AWAAZ_URL")), "/api/v1")
token <- Sys.getenv("AWAAZ_TOKEN")
campaign <- commandArgs(trailingOnly = TRUE)[1]

# %% Asking, and waiting when we are told to: httr2 keeps to Retry-After
asked_to_wait <- function(response) {
  resp_status(response) %in% c(409, 429, 503) && resp_header_exists(response, "Retry-After")
}
ask <- function(...) {
  request(url) |>
    req_url_path_append(...) |>
    req_auth_bearer_token(token) |>
    req_retry(max_tries = 60, is_transient = asked_to_wait) |>
    req_error(body = \(response) resp_body_json(response, check_type = FALSE)$detail)
}

# %% The codebook: what the columns mean
book <- ask("campaigns", campaign, "codebook") |> req_perform() |> resp_body_json()
languages <- vapply(book$languages, \(language) language$name, "")
cat(book$title, " in ", paste(languages, collapse = ", "), "\n", sep = "")

# %% Every answer, page by page
pages <- list()
cursor <- NULL
repeat {
  page <- ask("campaigns", campaign, "answers") |>
    req_url_query(cursor = cursor, limit = 1000) |>
    req_perform() |>
    resp_body_string() |>
    fromJSON()
  if (length(page$answers) > 0) pages[[length(pages) + 1]] <- page$answers
  cursor <- page[["next"]]
  if (!isTRUE(page$more)) break
}
answers <- rbind_pages(pages)

# %% A later answer to the same question replaces the one before
if (nrow(answers) > 0) {
  answers <- answers[!duplicated(answers[c("conversation", "question")], fromLast = TRUE), ]
}
people <- length(unique(answers$pseudonym))
cat(nrow(answers), "answers of", people, "participants\n")

# %% How often each value was given
if (nrow(answers) > 0) {
  given <- as.data.frame(
    table(question = answers$question, code = as.character(answers$code)),
    stringsAsFactors = FALSE
  )
  given <- given[given$Freq > 0, ]
  given <- given[order(given$question, given$code, method = "radix"), ]
  cat(sprintf("%-24s %12s %6d\n", given$question, given$code, given$Freq), sep = "")
}

# %% The same as a file, with the scores: ordered, made by a worker, fetched and checked
order <- ask("exports") |>
  req_headers(`Idempotency-Key` = paste0("r-", as.integer(Sys.time()), "-", Sys.getpid())) |>
  req_body_json(list(campaigns = list(campaign), format = "csv", shape = "wide")) |>
  req_perform() |>
  resp_body_json()
while (order$state %in% c("queued", "running")) {
  Sys.sleep(1)
  order <- ask("exports", order$id) |> req_perform() |> resp_body_json()
}
if (order$state != "ready") stop("The export could not be made: ", order$why)
name <- paste0(campaign, ".csv")
fetched <- ask("exports", order$id, "file") |> req_perform(path = name)
# openssl comes with httr2.
if (as.character(openssl::sha256(file(name))) != order$sha256) {
  stop("The file did not arrive whole; fetch it again.")
}
wide <- read.csv(name, fileEncoding = "UTF-8", check.names = FALSE)
cat(nrow(wide), "conversations in the file\n")

# %% Keep `cursor`: the next run begins there and reads only what is new
cat("cursor ", cursor, "\n", sep = "")
