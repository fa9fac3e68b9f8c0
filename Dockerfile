# Compose: docker build -t cadenza . && docker run --rm --user "$(id -u)" -v "$PWD/out:/music/out" cadenza compose --length 60
# Train:   docker build --target training -t cadenza-training .

FROM python:3.12-slim-bookworm AS base-packages
COPY requirements/base.txt .
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --only-binary :all: --require-hashes -r base.txt

FROM python:3.12-slim-bookworm AS training-packages
COPY requirements/training.txt .
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --only-binary :all: --require-hashes -r training.txt

FROM python:3.12-slim-bookworm AS programs
RUN apt-get update \
    && apt-get install -y --no-install-recommends fluidsynth fluid-soundfont-gm \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 1000 cadenza \
    && install -d -o cadenza /music /music/out
ENV PATH=/venv/bin:$PATH PYTHONPATH=/app PYTHONUNBUFFERED=1
USER cadenza
WORKDIR /music

FROM programs AS training
COPY --from=training-packages /venv /venv
COPY composer /app/composer
COPY training /app/training
ENTRYPOINT ["python", "-m", "training"]
CMD ["--help"]

FROM programs AS cadenza
COPY --from=base-packages /venv /venv
COPY composer /app/composer
ENTRYPOINT ["python", "-m", "composer"]
CMD ["--help"]
