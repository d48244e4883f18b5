# The translator in a container: the daemon and the command line, built from this checkout.
FROM node:24-bookworm-slim AS build
WORKDIR /falsework
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY src src
RUN npx tsc -p tsconfig.build.json && npm prune --omit=dev --ignore-scripts

FROM node:24-bookworm-slim
WORKDIR /falsework
COPY --from=build /falsework/node_modules node_modules
COPY --from=build /falsework/dist dist
COPY package.json ./
COPY bin bin
COPY templates templates
# The rows of each source: a volume, so that a new container goes on instead of reading the raw log again.
RUN mkdir -p /var/lib/falsework/rows && chown -R node:node /var/lib/falsework
ENV FALSEWORK_ROWS_DIRECTORY=/var/lib/falsework/rows
VOLUME /var/lib/falsework
USER node
WORKDIR /project
ENTRYPOINT ["node", "/falsework/bin/falsework.mjs"]
CMD ["run"]
