# Compose: docker build -t cadenza . && docker run --rm --user "$(id -u)" -v "$PWD/out:/music/out" cadenza compose --length 60
# The bot: docker compose up -d --build, see docs/operating.md; --target bot, or bot-training for one that also trains
# Train:   docker build --target training -t cadenza-training .

FROM python:3.12-slim-bookworm AS base-packages
COPY requirements/base.txt .
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --only-binary :all: --require-hashes -r base.txt

FROM python:3.12-slim-bookworm AS bot-packages
COPY requirements/voice.txt requirements/postgresql.txt requirements/transcription.txt ./
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --only-binary :all: --require-hashes \
        -r voice.txt -r postgresql.txt -r transcription.txt

FROM python:3.12-slim-bookworm AS training-packages
COPY requirements/training.txt requirements/transcription.txt ./
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --only-binary :all: --require-hashes -r training.txt -r transcription.txt

FROM bot-packages AS bot-training-packages
COPY requirements/training.txt .
RUN /venv/bin/pip install --no-cache-dir --only-binary :all: --require-hashes -r training.txt

FROM python:3.12-slim-bookworm AS programs
RUN apt-get update \
    && apt-get install -y --no-install-recommends fluidsynth musescore-general-soundfont-lossless \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 1000 cadenza \
    && install -d -o cadenza /data /music /music/out
ENV PATH=/venv/bin:$PATH PYTHONPATH=/app PYTHONUNBUFFERED=1
USER cadenza
WORKDIR /music

FROM programs AS training
COPY --from=training-packages /venv /venv
COPY composer /app/composer
COPY training /app/training
ENTRYPOINT ["python", "-m", "training"]
CMD ["--help"]

# All that the bot writes goes to /data and /tmp: the rest may be read-only.
FROM programs AS bot-settings
ENV CADENZA_DATA_DIR=/data CADENZA_METRICS_PORT=9464 PYTHONDONTWRITEBYTECODE=1
VOLUME /data
WORKDIR /data
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["python", "-c", \
    "import os, urllib.request as u; u.urlopen('http://127.0.0.1:%s/livez' % os.environ['CADENZA_METRICS_PORT'], timeout=4)"]
ENTRYPOINT ["python", "-m", "bot"]

FROM bot-settings AS bot
COPY --from=bot-packages /venv /venv
COPY composer /app/composer
COPY bot /app/bot

FROM bot-settings AS bot-training
COPY --from=bot-training-packages /venv /venv
COPY composer /app/composer
COPY training /app/training
COPY bot /app/bot

FROM programs AS cadenza
COPY --from=base-packages /venv /venv
COPY composer /app/composer
ENTRYPOINT ["python", "-m", "composer"]
CMD ["--help"]
