# One image for every role: `gateway`, `worker --roles start,finish`, `worker --roles count`.
FROM node:24-slim
WORKDIR /catchment
# The apps' sources run as they are; `node` itself, a development dependency, is the image's own.
COPY package.json package-lock.json ./
COPY packages packages
COPY apps apps
RUN npm ci --omit=dev --ignore-scripts && npm cache clean --force
# Compiled once: a container starts in half the time.
ENV NODE_COMPILE_CACHE=/catchment/.compile-cache
RUN for command in gateway worker precompute warm; do node apps/cli/src/main.ts $command --help > /dev/null; done
# A volume that is mounted here belongs to the user, too.
RUN mkdir /results && chown node /results
USER node
ENV HOST=0.0.0.0 PORT=8080
EXPOSE 8080
ENTRYPOINT ["node", "apps/cli/src/main.ts"]
CMD ["gateway"]
