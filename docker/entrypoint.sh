#!/bin/sh
# Starts one role of the image: web, worker, beat or migrate; anything else is a
# management command.
set -eu

# A mounted secret: NAME_FILE names the file that holds the value of NAME.
# PGPASSWORD completes a DATABASE_URL without a password.
for name in SECRET_KEY DATABASE_URL PGPASSWORD REDIS_URL EMAIL_URL; do
    file=$(printenv "${name}_FILE" || true)
    if [ -n "$file" ]; then
        value=$(cat -- "$file")
        if [ -n "$value" ]; then
            export "$name=$value"
        fi
    fi
done

role=${1:-web}
export SCORECARD_ROLE="$role"
case "$role" in
    web)
        exec gunicorn config.wsgi --bind 0.0.0.0:8000 --worker-class gthread \
            --workers "${WEB_WORKERS:-2}" --threads "${WEB_THREADS:-4}" \
            --worker-tmp-dir /dev/shm --no-control-socket --access-logfile -
        ;;
    worker)
        # On SIGTERM running tasks get CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT to end.
        export REMAP_SIGTERM=SIGQUIT SCORECARD_READY_FILE=/tmp/ready
        exec celery --app config worker --loglevel INFO --concurrency "${WORKER_PROCESSES:-2}" \
            --without-gossip --without-mingle
        ;;
    beat)
        export SCORECARD_READY_FILE=/tmp/ready
        exec celery --app config beat --loglevel INFO --schedule /tmp/beat --pidfile=
        ;;
    migrate)
        exec python manage.py migrate --noinput
        ;;
    *)
        exec python manage.py "$@"
        ;;
esac
