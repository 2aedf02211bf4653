# Droplens as a container: Next's standalone server, the embedded engine, and nothing else.
# Pin both FROM lines by digest when you publish an image.

FROM node:24-slim AS build
WORKDIR /src
ENV NEXT_TELEMETRY_DISABLED=1
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npm run build \
  && mkdir -p /out/bin /out/data \
  && cp -a .next/standalone/. /out/ \
  && cp -a .next/static /out/.next/static \
  && cp -a public /out/public \
  && cp -a bin/droplens.mjs /out/bin/ \
  && cp LICENSE /out/

FROM node:24-slim
# The image needs Node alone; package managers are one more thing to keep patched.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx \
  /usr/local/bin/corepack /usr/local/bin/yarn* /opt/yarn*
COPY --from=build --chown=0:0 /out /srv/droplens
COPY --from=build --chown=65532:65532 /out/data /data
USER 65532:65532
WORKDIR /srv/droplens
ENV NODE_ENV=production \
  NEXT_TELEMETRY_DISABLED=1 \
  HOME=/tmp \
  PORT=3000 \
  DROPLENS_DATA_DIR=/data
# Listens on 127.0.0.1 like everywhere else. To publish the port set DROPLENS_HOST=0.0.0.0 and either
# DROPLENS_AUTH=proxy, behind a proxy that signs people in, or DROPLENS_UNSAFE_NO_AUTH=true.
EXPOSE 3000
VOLUME /data
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "bin/droplens.mjs"]
