"""The server: on this machine alone, until it is stopped."""

import socket
import webbrowser
from collections.abc import Callable
from contextlib import suppress
from importlib.util import find_spec

from sitewatch.errors import OutputError, SettingsError
from sitewatch.review.desk import Desk
from sitewatch.review.session import Session

ADDRESS = "127.0.0.1"
_NEEDED = ("starlette", "uvicorn", "rio-tiler")


def serve(
    session: Session, *, port: int = 0, browser: bool = True, say: Callable[[str], None] = print
) -> None:
    """Serve a session until it is interrupted.

    Parameters
    ----------
    port : int
        0: any that is free.
    browser : bool
        Whether to open the page.
    say : callable
        Is told the address, once it answers.

    Raises
    ------
    SettingsError
        If what the server needs is not installed.
    OutputError
        If the port is taken.
    """
    missing = [name for name in _NEEDED if find_spec(name.replace("-", "_")) is None]
    if missing:
        raise SettingsError(
            f"{' and '.join(missing)} not installed",
            f"the review page needs {', '.join(_NEEDED)}",
            "pip install 'sitewatch[review]'",
        )
    import uvicorn

    from sitewatch.review.app import make_app
    from sitewatch.review.guard import Secrets

    with _listening(port) as listener:
        port = listener.getsockname()[1]
        known = Secrets()
        app = make_app(Desk(session), port=port, known=known)
        config = uvicorn.Config(
            app, log_level="warning", access_log=False, server_header=False, date_header=False,
            timeout_graceful_shutdown=2, ws="none",
        )  # fmt: skip
        # The socket listens already: whoever opens the address now is answered as soon as the server runs.
        address = f"http://{ADDRESS}:{port}/?token={known.token}"
        say(address)
        if browser:
            webbrowser.open(address)
        # Ctrl+C is how it is meant to end.
        with suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[listener])


def _listening(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        # A page that was open when the server was killed leaves its port busy for a minute otherwise.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((ADDRESS, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise OutputError(
            f"port {port} is taken ({error.strerror})", "a free port is needed", "choose another --port"
        ) from error
    return listener
