# The revision files of an application on top of revisiond, tagged with the application's version.
FROM registry.example.org/revisiond:0.1.0
COPY migrations /migrations
