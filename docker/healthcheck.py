"""Exit status 0 when the web process of this container answers."""  # noqa: INP001  a script of the image, no package

import http.client
import os
import sys

ADDRESS = ("127.0.0.1", 8000)


def main() -> int:
    """Ask /livez as the reverse proxy would, so that neither host nor scheme is refused."""
    host = os.environ.get("ALLOWED_HOSTS", "").split(",", 1)[0].strip().lstrip(".*") or "localhost"
    connection = http.client.HTTPConnection(*ADDRESS, timeout=4)
    try:
        connection.request("GET", "/livez", headers={"Host": host, "X-Forwarded-Proto": "https"})
        return 0 if connection.getresponse().status == http.HTTPStatus.OK else 1
    except (OSError, http.client.HTTPException):
        return 1


if __name__ == "__main__":
    sys.exit(main())
