#!/bin/sh
# Runs once, when the database volume is new: the application's role and database.
# The role is no superuser, because a superuser passes by row security.
set -eu

psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" \
    --set password="$(cat /run/secrets/database_password)" <<'SQL'
create role scorecard login nosuperuser password :'password';
create database scorecard owner scorecard;
SQL
