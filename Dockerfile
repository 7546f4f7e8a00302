# One image, three processes: the Procfile names them. Packages come from the builder's own configuration.
FROM python:3.12-slim
WORKDIR /app
COPY requirements/ requirements/
RUN pip install --no-cache-dir --require-hashes -r requirements/run.txt
COPY . .
RUN pip install --no-cache-dir --no-deps --no-build-isolation -e . && useradd --system awaaz
USER awaaz
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--factory", "bot.app:create_app", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--blocking-threads", "16", "--workers-kill-timeout", "25", "--respawn-failed-workers", "--no-ws", "--http", "1"]
