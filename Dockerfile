# The images of this project, one target each: app, autoscaler, certificates, database, backup, tools.
# No published port, no shell but busybox, no npm and no compiler in app and autoscaler.
# A proxy that inspects TLS: docker build --secret id=ca,src=$NODE_EXTRA_CA_CERTS (never ends up in a layer).
# Another Postgres by its name; else the one of the stage below.
ARG POSTGRES_IMAGE=postgres

# By its name in a FROM line, as what looks for newer ones reads no arguments.
FROM postgres:17.11 AS postgres

FROM node:26-trixie-slim AS manifests
WORKDIR /srv
COPY package.json package-lock.json .npmrc ./
COPY app/package.json app/
COPY autoscaler/package.json autoscaler/
COPY autoscaler/absent autoscaler/absent
COPY scripts/package.json scripts/
COPY monitoring/package.json monitoring/
ENV NODE_EXTRA_CA_CERTS=/run/secrets/ca NPM_CONFIG_UPDATE_NOTIFIER=false

# Without the optional packages: the embedded Postgres, and the Node that this base brings already.
FROM manifests AS app-modules
RUN --mount=type=secret,id=ca npm ci --omit=dev --omit=optional --ignore-scripts --workspace=app \
 && npm sbom --package-lock-only --omit=dev --omit=optional --workspace=app --sbom-format=cyclonedx > sbom.json \
 && find node_modules -name '*.map' -delete

FROM manifests AS autoscaler-modules
RUN --mount=type=secret,id=ca npm ci --omit=dev --omit=optional --ignore-scripts --workspace=autoscaler \
 && npm sbom --package-lock-only --omit=dev --omit=optional --workspace=autoscaler --sbom-format=cyclonedx > sbom.json \
 && find node_modules -name '*.map' -delete

FROM manifests AS tools-modules
RUN --mount=type=secret,id=ca npm ci --omit=dev --omit=optional --ignore-scripts --workspace=scripts

# A root file system of what Node needs and nothing else.
FROM debian:trixie-slim AS system
RUN apt-get update -q && apt-get install -y -q --no-install-recommends busybox-static ca-certificates libatomic1 libstdc++6 tzdata
COPY --from=manifests /usr/local/bin/node /usr/local/bin/node
RUN mkdir -p /system/bin /system/etc/ssl/certs /system/tmp /system/usr/local/bin /system/usr/share \
 && cp /usr/local/bin/node /system/usr/local/bin/ && cp "$(command -v busybox)" /system/bin/busybox \
 && for applet in sh wget cat ls test; do ln -s busybox /system/bin/$applet; done \
 && ldd /usr/local/bin/node | grep -o '/[^ ]*' | while read -r library; do cp -L --parents "$library" /system; done \
 && cp /etc/ssl/certs/ca-certificates.crt /system/etc/ssl/certs/ && cp -a /usr/share/zoneinfo /system/usr/share/ \
 && printf 'root:x:0:0:root:/:/bin/sh\nservice:x:10001:10001::/:/bin/sh\n' > /system/etc/passwd \
 && printf 'root:x:0:\nservice:x:10001:\n' > /system/etc/group \
 && chmod 1777 /system/tmp && mkdir /empty

FROM scratch AS runtime
COPY --from=system /system /
ENV PATH=/usr/local/bin:/bin NODE_OPTIONS=--disable-warning=ExperimentalWarning
WORKDIR /srv
USER 10001:10001
ENTRYPOINT ["node"]

FROM runtime AS app
COPY --from=app-modules /srv/node_modules node_modules
COPY --from=app-modules /srv/sbom.json sbom.json
COPY app app
COPY --from=system --chown=10001:10001 /empty /srv/compiled
# So that the volume mounted there begins as this user's.
COPY --from=system --chown=10001:10001 /empty /run/replicas
# Types are stripped and compiled here once: a replica starts sooner and needs less memory.
ENV HOST=0.0.0.0 PORT=8080 NODE_COMPILE_CACHE=/srv/compiled
RUN ["node", "--input-type=module", "--eval", "for (const verb of ['serve', 'migrate']) await import(`/srv/app/src/commands/${verb}.ts`)"]
EXPOSE 8080
# The collector's helper threads would wait for a processor just when redirects need it, and the loop for them.
CMD ["--single-threaded-gc", "app/src/main.ts", "serve"]

FROM runtime AS autoscaler
COPY --from=autoscaler-modules /srv/node_modules node_modules
COPY --from=autoscaler-modules /srv/sbom.json sbom.json
COPY autoscaler autoscaler
# So that volumes mounted there begin as this user's.
COPY --from=system --chown=10002:10002 /empty /upstream
COPY --from=system --chown=10002:10002 /empty /var/lib/autoscaler
COPY --from=system --chown=10002:10002 /empty /run/gate
COPY --from=system --chown=10002:10002 /empty /srv/compiled
USER 10002:10002
# Types are stripped and compiled here once, for Node's cache is by user: at each start it would cost 20 MB of memory.
ENV NODE_COMPILE_CACHE=/srv/compiled
RUN ["node", "--input-type=module", "--eval", "for (const verb of ['run', 'gate', 'ask', 'wait']) await import(`/srv/autoscaler/src/commands/${verb}.ts`)"]
CMD ["autoscaler/src/main.ts", "run"]

# The stable release's lego is years old, and an authority's rules move on.
FROM debian:sid-slim AS lego
RUN apt-get update -q && apt-get install -y -q --no-install-recommends lego

# Not from scratch: openssl makes the self-signed certificate, lego speaks ACME.
FROM debian:trixie-slim AS certificates
RUN apt-get update -q && apt-get install -y -q --no-install-recommends ca-certificates openssl \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin \
 && groupadd --gid 101 edge && useradd --uid 10003 --gid edge --no-create-home --home-dir /nonexistent certificates \
 && install -d -o certificates -g edge -m 0750 /certificates /var/lib/acme
COPY --from=lego /usr/bin/lego /usr/local/bin/lego
COPY --chmod=0755 nginx/certificates/renew.sh /usr/local/bin/renew
ENV DOMAIN= ACME_EMAIL= ACME_SERVER= CERTIFICATE_NAMES=localhost,127.0.0.1,::1 RENEW_DAYS=30 CHECK_SECONDS=3600
USER 10003:101
CMD ["renew"]

# Postgres with what archives its WAL. No file of this project in it: what stands here is all that it is made from, and its name.
# The same lines are the same image wherever and whenever it was built, and a release does not restart the database (docs/decisions/0217).
FROM ${POSTGRES_IMAGE} AS database
USER root
# Debian's updates of this month. A later one takes newer ones, by one restart.
ARG UPDATES=2026-11
RUN apt-get update -q && apt-get install -y -q --no-install-recommends ca-certificates pgbackrest \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin \
 && install -d -o 999 -g 999 -m 0750 /var/lib/pgbackrest

# What makes backups and proves them: Postgres's tools, and the app, for a proof ends with a redirect.
FROM database AS backup
RUN apt-get update -q && apt-get install -y -q --no-install-recommends libatomic1 \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin && install -d -o 999 -g 999 -m 0700 /scratch
COPY --from=manifests /usr/local/bin/node /usr/local/bin/node
WORKDIR /srv
COPY --from=app-modules /srv/node_modules node_modules
COPY app app
COPY scripts/src scripts/src
ENV NODE_OPTIONS=--disable-warning=ExperimentalWarning
USER 999:999
ENTRYPOINT ["node", "scripts/src/main.ts", "keeper"]
CMD ["run"]

# For a machine with Docker and nothing else: the scripts with a Node, and the engine's client.
FROM debian:trixie-slim AS tools
RUN apt-get update -q && apt-get install -y -q --no-install-recommends ca-certificates docker-buildx docker-cli docker-compose libatomic1 \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin
COPY --from=manifests /usr/local/bin/node /usr/local/bin/node
COPY --from=tools-modules /srv/node_modules /node_modules
ENV NODE_OPTIONS=--disable-warning=ExperimentalWarning
ENTRYPOINT ["node"]
