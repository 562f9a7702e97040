# One image for every role: `rapport run`, `rapport run --role web`, `rapport run --role worker` (docs/scaling.md).
FROM python:3.13-slim
WORKDIR /srv/rapport
COPY . .
# The versions are those of requirements.lock; what it pins for tests only is not installed.
RUN sed -n -e 's/ \\$//' -e '/^[a-zA-Z0-9]/p' requirements.lock > /tmp/pins.txt \
    && pip install --no-cache-dir --constraint /tmp/pins.txt '.[scale]' \
    && rm -rf build /tmp/pins.txt \
    && useradd --system --create-home --home-dir /var/lib/rapport rapport
USER rapport
WORKDIR /var/lib/rapport
ENV RAPPORT_DATA_DIR=/var/lib/rapport RAPPORT_LOG_FORMAT=json
ENTRYPOINT ["rapport"]
CMD ["run"]
