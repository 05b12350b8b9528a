"""A door in front of a real node, as clusters have one: TLS with a certificate of its own, and a name with a password."""

from __future__ import annotations

import base64
import http.client
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


def certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """A certificate that signs itself, and its key (PEM)."""
    made, key = folder / f"{name}.pem", folder / f"{name}.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}"]
        + ["-addext", "subjectAltName=IP:127.0.0.1", "-out", made, "-keyout", key],
        check=True,
        capture_output=True,
    )
    return made, key


@contextmanager
def gate(
    folder: Path, node: str, user: str, password: str, allowed: tuple[str, ...] = ("GET", "POST", "PUT", "DELETE")
) -> Iterator[tuple[int, Path]]:
    """Lets through to a node (host:port) who knows the password, and what is allowed; gives the port, and the certificate that clients must trust."""
    made, key = certificate(folder, "gate")
    login = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _pass(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if self.headers.get("Authorization") != login:
                self._answer(401, "text/plain", b"Unauthorized")
            elif self.command not in allowed:
                self._answer(
                    403, "application/json", b'{"error":{"type":"security_exception","reason":"no permissions"}}'
                )
            else:
                inner = http.client.HTTPConnection(node, timeout=60)
                inner.request(self.command, self.path, body, {"Content-Type": self.headers.get("Content-Type") or ""})
                answer = inner.getresponse()
                self._answer(answer.status, answer.headers.get("Content-Type", ""), answer.read())
                inner.close()

        def _answer(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing of it is of interest."""

    for method in ("GET", "HEAD", "POST", "PUT", "DELETE"):
        setattr(Handler, f"do_{method}", Handler._pass)

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """Clients that do not trust the certificate hang up."""

    server = Server(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made, key)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port, made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
