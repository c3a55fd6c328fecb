"""A collector on a port of this machine that reads OTLP as the protocol says, or misbehaves as it is told."""

from __future__ import annotations

import gzip
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest, ExportLogsServiceResponse

if TYPE_CHECKING:
    from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord


class CollectorServer:
    """``mode`` is ``ok``, ``partial``, ``page``, ``redirect``, ``hang``, ``drip``, or a status such as ``500``."""

    def __init__(self) -> None:
        self.mode = "ok"
        self.records: list[LogRecord] = []
        self.resources: list[dict[str, str]] = []
        self.requests: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.arrived = threading.Event()
        # Until this is set, a collector that hangs doesn't answer.
        self.released = threading.Event()
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                collector.answer(self)

            do_GET = do_POST

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.endpoint = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=lambda: self._server.serve_forever(0.01), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers.get("Content-Length", "0")))
        self.requests.append(dict(request.headers))
        self.paths.append(request.path)
        self.arrived.set()
        mode = self.mode
        if mode in ("hang", "drip"):
            self._hold(request, mode)
            return
        answer, status, kind = ExportLogsServiceResponse(), 200, "application/x-protobuf"
        if mode in ("ok", "partial"):
            self._take(gzip.decompress(body) if request.headers.get("Content-Encoding") == "gzip" else body)
            if mode == "partial":
                answer.partial_success.rejected_log_records = 2
        text = answer.SerializeToString()
        if mode == "page":
            text, kind = b"<html>Sign in to the guest network</html>", "text/html"
        elif mode not in ("ok", "partial"):
            status = 302 if mode == "redirect" else int(mode)
        request.send_response(status)
        if mode == "redirect":
            request.send_header("Location", f"{self.endpoint}/elsewhere")
        request.send_header("Content-Type", kind)
        request.send_header("Content-Length", str(len(text)))
        request.end_headers()
        request.wfile.write(text)

    def _take(self, body: bytes) -> None:
        for group in ExportLogsServiceRequest.FromString(body).resource_logs:
            self.resources.append({a.key: a.value.string_value for a in group.resource.attributes})
            for scope in group.scope_logs:
                self.records.extend(scope.log_records)

    def _hold(self, request: BaseHTTPRequestHandler, mode: str) -> None:
        """Never answers, or answers a byte at a time, until the test is over."""
        try:
            if mode == "drip":
                request.send_response(200)
                request.send_header("Content-Length", "1000000")
                request.end_headers()
            while not self.released.wait(0.02):
                if mode == "drip":
                    request.wfile.write(b"\n")
                    request.wfile.flush()
        except OSError:
            pass
