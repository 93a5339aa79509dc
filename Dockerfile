# revisiond on Debian 12. The image holds the program and nothing of a project: mount or copy
# config.toml and the migrations (see deploy/kubernetes).
FROM debian:12 AS build
WORKDIR /src
COPY packaging packaging
RUN apt-get update && packaging/install run && rm -rf /var/lib/apt/lists/*
COPY . .
RUN cmake --preset release && cmake --build --preset release --target revisiond

FROM debian:12-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      ca-certificates libcpp-httplib0.11 libfmt9 libpq5 libssl3 libtomlplusplus3 \
 && rm -rf /var/lib/apt/lists/*
COPY --from=build /src/build/release/revisiond /usr/bin/revisiond
USER 65532:65532
EXPOSE 7433
ENTRYPOINT ["/usr/bin/revisiond"]
CMD ["serve", "-c", "/etc/revisiond/config.toml"]
