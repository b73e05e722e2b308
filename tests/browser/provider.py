"""An OpenID Connect provider on loopback: it asks nobody for a password and lets in whom the test has chosen."""

import secrets
import socket
import threading
import time
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT, CLIENT_SECRET = "xray-reader", "only for tests & for nothing else"


@dataclass
class Provider:
    """What the provider knows.

    Attributes:
        issuer: its address.
        user: the claims of whoever sits at the browser.
        ended: how often somebody was logged out here, too.
        prompts: what the app asked to be prompted, at each login.
    """

    issuer: str
    user: dict[str, Any] = field(default_factory=dict)
    ended: int = 0
    prompts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        from joserfc.jwk import RSAKey

        self._key = RSAKey.generate_key(2048, parameters={"kid": "test", "use": "sig"})
        self._codes: dict[str, dict[str, str]] = {}

    def routes(self) -> list[Route]:
        """Return where it answers."""
        return [
            Route("/.well-known/openid-configuration", self._describe),
            Route("/authorize", self._authorize),
            Route("/token", self._token, methods=["POST"]),
            Route("/keys", self._keys),
            Route("/end", self._end),
        ]

    async def _describe(self, request: Request) -> Response:
        places = {"authorization": "authorize", "token": "token", "end_session": "end"}
        return JSONResponse(
            {f"{name}_endpoint": f"{self.issuer}/{path}" for name, path in places.items()}
            | {
                "issuer": self.issuer,
                "jwks_uri": f"{self.issuer}/keys",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "code_challenge_methods_supported": ["S256"],
            }
        )

    async def _keys(self, request: Request) -> Response:
        return JSONResponse({"keys": [self._key.as_dict(private=False)]})

    async def _authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        assert asked["client_id"] == CLIENT
        assert asked["response_type"] == "code"
        assert "openid" in asked["scope"].split()
        self.prompts.append(asked.get("prompt", ""))
        code = secrets.token_urlsafe()
        self._codes[code] = asked
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}")

    async def _token(self, request: Request) -> Response:
        from authlib.oauth2.rfc7636 import create_s256_code_challenge

        sent = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        asked = self._codes.pop(sent["code"])  # A code is good for once.
        assert _basic(request) == (CLIENT, CLIENT_SECRET)
        assert sent["grant_type"] == "authorization_code"
        assert sent["redirect_uri"] == asked["redirect_uri"]
        assert create_s256_code_challenge(sent["code_verifier"]) == asked["code_challenge"]
        return JSONResponse(
            {"access_token": "unused", "token_type": "Bearer", "expires_in": 60, "id_token": self._id_token(asked)}
        )

    def _id_token(self, asked: dict[str, str]) -> str:
        from joserfc import jwt

        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 60, "nonce": asked["nonce"]}
        return jwt.encode({"alg": "RS256", "kid": "test"}, claims | self.user, self._key)

    async def _end(self, request: Request) -> Response:
        assert request.query_params["id_token_hint"]
        self.ended += 1
        return RedirectResponse(request.query_params["post_logout_redirect_uri"])


def _basic(request: Request) -> tuple[str, str]:
    name, _, secret = b64decode(request.headers["authorization"].removeprefix("Basic ")).decode().partition(":")
    return unquote(name), unquote(secret)


@contextmanager
def running_provider() -> Iterator[Provider]:
    """Run a provider on a free port of loopback."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        provider = Provider(f"http://127.0.0.1:{listening.getsockname()[1]}")
        server = uvicorn.Server(uvicorn.Config(Starlette(routes=provider.routes()), log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield provider
        finally:
            server.should_exit = True
            thread.join(10)
