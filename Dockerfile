# The page with the map. Its libraries are needed only to build it.
FROM node:24.21.0-slim AS page
WORKDIR /catchment
COPY package.json package-lock.json .npmrc ./
COPY packages packages
COPY apps apps
COPY README.md ./
COPY docs docs
RUN npm ci && node apps/web/build.ts

# One image for every role: `gateway`, `worker --roles start,finish`, `worker --roles count`,
# `worker --roles chore`.
FROM node:24.21.0-slim
WORKDIR /catchment
# The apps' sources run as they are, under the image's own Node: that of the lockfile is taken away
# again.
COPY package.json package-lock.json .npmrc ./
COPY packages packages
COPY apps apps
RUN npm ci --omit=dev && rm -rf node_modules/node node_modules/node-linux-* node_modules/.bin/node && npm cache clean --force
# A volume that is mounted here belongs to the user, too. What is compiled is kept for whoever
# compiled it.
ENV NODE_COMPILE_CACHE=/catchment/.compile-cache
RUN mkdir /results "$NODE_COMPILE_CACHE" && chown node /results "$NODE_COMPILE_CACHE"
USER node
RUN for command in gateway worker precompute warm; do node apps/cli/src/main.ts $command --help > /dev/null; done
COPY --from=page /catchment/.catchment/web /catchment/web
ENV HOST=0.0.0.0 PORT=8080 WEB_FOLDER=/catchment/web
EXPOSE 8080
ENTRYPOINT ["node", "apps/cli/src/main.ts"]
CMD ["gateway"]
