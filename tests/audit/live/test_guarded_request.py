"""The way out: public addresses only, trusted TLS only, and a value never in a header that isn't one."""

import ipaddress
import socket
import ssl

import pytest

from nbguard.audit.live.guarded_request import Endpoint, HttpAnswer, Network
from nbguard.audit.live.public_addresses import NoAnswerError, check_public, is_public, resolve
from nbguard.vault.local_certificate import make_certificate
from tests.audit.live.stand_ins import StandIn, http

PRIVATE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
    "255.255.255.255", "192.0.2.1", "198.18.0.1", "240.0.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1",
    "ff02::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::",
    "2002:a9fe:a9fe::1", "2001:db8::1",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_nothing_is_sent_to_an_address_that_is_not_public(address):
    with pytest.raises(NoAnswerError, match="isn't public"):
        check_public("api.ionq.co", [address])
    with pytest.raises(NoAnswerError, match="isn't public"):
        check_public("api.ionq.co", ["104.18.0.1", address])


@pytest.mark.parametrize("address", ["104.18.0.1", "2606:4700::6812:1", "64:ff9b::6812:1"])
def test_public_addresses_pass(address):
    assert is_public(ipaddress.ip_address(address))
    assert check_public("api.ionq.co", [address]) == address


def test_a_name_that_leads_home_gets_no_connection(monkeypatch):
    server = StandIn(lambda _: http(200))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(2, 1, 6, "", ("127.0.0.1", server.port))])
    with pytest.raises(NoAnswerError, match="isn't public"):
        Network().send(Endpoint("api.ionq.co", server.port, plain=True), "GET", "/", {}, b"")
    assert server.requests == []
    server.close()


def test_a_name_that_nobody_resolves_is_told(monkeypatch):
    def fail(*_, **__):
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(NoAnswerError, match="has no address"):
        resolve("api.ionq.co", 443, 1)


def to_loopback(context=None):
    return Network(lambda *_: ["127.0.0.1"], lambda _: True, context, 5)


def test_a_certificate_that_nobody_vouches_for_gets_no_request(tmp_path):
    key, certificate = make_certificate(str(tmp_path))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = StandIn(lambda _: http(200, b"{}"), context=context)
    with pytest.raises(NoAnswerError, match="no trusted TLS"):
        to_loopback().send(Endpoint("localhost", server.port), "GET", "/", {}, b"")
    assert server.requests == []
    server.close()


def test_proxies_of_the_environment_get_nothing(monkeypatch):
    proxy, server = StandIn(lambda _: http(200)), StandIn(lambda _: http(200, b"{}"))
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "https_proxy", "http_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
    assert to_loopback().send(Endpoint("h", server.port, plain=True), "GET", "/", {}, b"") == HttpAnswer(200, b"{}")
    assert proxy.requests == []
    proxy.close()
    server.close()


@pytest.mark.parametrize("value", ["a\r\nHost: evil", "a\nb", "ü", "a\0"])
def test_a_value_that_would_be_another_header_is_not_sent(value):
    server = StandIn(lambda _: http(200))
    with pytest.raises(NoAnswerError):
        to_loopback().send(Endpoint("h", server.port, plain=True), "GET", "/", {"Authorization": value}, b"")
    assert server.requests == []
    server.close()


def test_an_answer_shows_no_body():
    assert repr(HttpAnswer(200, b"a value")) == "HttpAnswer(200, 7 bytes)"
