"""Which handler answers which address. The address of each is below the server's base URL."""

from __future__ import annotations

from nbguard.jupyter.connector_handler import ConnectorHandler
from nbguard.jupyter.login_handler import LocalVaultHandler, LoginHandler
from nbguard.jupyter.notebook_handlers import (
    AllowHandler,
    LookupHandler,
    MoveHandler,
    ReferencesHandler,
    ScanHandler,
)
from nbguard.jupyter.secrets_handler import SecretsHandler, VersionsHandler
from nbguard.jupyter.status_handler import RulesHandler, StatusHandler

BASE = "/nbguard/api/"
ROUTES = [
    (BASE + "scan", ScanHandler),
    (BASE + "move", MoveHandler),
    (BASE + "allow", AllowHandler),
    (BASE + "references", ReferencesHandler),
    (BASE + "secrets", SecretsHandler),
    (BASE + "secrets/versions", VersionsHandler),
    (BASE + "lookup", LookupHandler),
    (BASE + "login", LoginHandler),
    (BASE + "local-vault", LocalVaultHandler),
    (BASE + "status", StatusHandler),
    (BASE + "rules", RulesHandler),
    (BASE + "connector/([^/]+)/([^/]+)", ConnectorHandler),
]
