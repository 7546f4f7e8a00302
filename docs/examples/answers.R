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
ask <- function(...) {
  request(url) |>
    req_url_path_append(...) |>
    req_auth_bearer_token(token) |>
    req_retry(max_tries = 20, is_transient = \(r) resp_status(r) %in% c(409, 429, 503)) |>
    req_error(body = \(r) resp_body_json(r, check_type = FALSE)$detail)
}

# %% The codebook: what the columns mean
book <- ask("campaigns", campaign, "codebook") |> req_perform() |> resp_body_json()
cat(book$title, "\n")

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
cat(nrow(answers), "answers of", length(unique(answers$pseudonym)), "participants\n")

# %% How often each value was given
print(table(answers$question, unlist(lapply(answers$code, as.character))))

# %% The same as a file, with the scores: ordered, made by a worker, fetched
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
file <- paste0(campaign, ".csv")
ask("exports", order$id, "file") |> req_perform(path = file)
wide <- read.csv(file, encoding = "UTF-8")
cat(nrow(wide), "conversations in", file, "\n")

# %% Keep `cursor`: the next run begins there and reads only what is new
cat("cursor", cursor, "\n")
