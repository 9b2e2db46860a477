# One image for all services of docker-compose.yml: the package in a virtual environment, and the labs.
FROM python:3.12-slim AS build
WORKDIR /src
RUN python -m venv /opt/drills
COPY LICENSE README.md pyproject.toml ./
COPY simulator simulator
RUN --mount=type=cache,target=/var/cache/pip \
    /opt/drills/bin/pip install --cache-dir /var/cache/pip '.[detect]' \
 && /opt/drills/bin/jupyter labextension disable "@jupyterlab/apputils-extension:announcements"

FROM python:3.12-slim
# the sandbox of `drill grade`
RUN apt-get update \
 && apt-get install --yes --no-install-recommends bubblewrap \
 && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 1000 --user-group --no-create-home --home-dir /learner learner \
 && install -d -o learner -g learner /learner /labs /journal /graded /submissions
COPY --from=build /opt/drills /opt/drills
COPY --chown=learner:learner labs /labs
ENV HOME=/learner \
    PATH=/opt/drills/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER learner
WORKDIR /labs
# simulated AWS, control API, JupyterLab
EXPOSE 4598 4599 8888
CMD ["drill", "serve", "--host", "0.0.0.0"]
