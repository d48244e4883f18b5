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
USER node
WORKDIR /project
ENTRYPOINT ["node", "/falsework/bin/falsework.mjs"]
CMD ["run"]
