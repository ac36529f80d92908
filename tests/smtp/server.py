"""A mail server that does as it is told, for the suite's tests of real SMTP.

Needs the packages of requirements.txt (aiosmtpd), and the `openssl` command for certificates.

    server.py --folder DIR [--port N] [--tls none|starttls|implicit] [--login USER:PASSWORD]
              [--certificate good|expired|early|other-name]

Says one JSON object per line on standard output:
    {"event": "ready", "port": 2525, "ca": "DIR/ca.pem"}
    {"event": "mail", "from": ..., "to": [...], "data": ..., "tls": true, "user": ..., "ehlo": ...}
    {"event": "held"}       a mail waits for its answer, see `hold`
    {"event": "refused"}    a mail was answered as `answer` says
    {"event": "done"}       a command was carried out
Takes commands on standard input, one per line:
    accept                  take every mail (how it starts)
    answer 450 rcpt         answer so to RCPT; also `banner`, `ehlo`, `starttls`, `auth`, `mail`, `data`
    answer 550 rcpt 5.1.1   the same with an enhanced code, or with other words: all that follows is said
    hold, release           leave a mail without an answer until released
    hang-up                 break off instead of answering DATA
It ends when standard input does, so that it never outlives its test.
"""

import argparse
import asyncio
import json
import pathlib
import ssl
import subprocess
import sys

from aiosmtpd.smtp import SMTP, AuthResult


def say(event, **fields):
    print(json.dumps({"event": event, **fields}), flush=True)


class Server(SMTP):
    """Answers as it is told to commands that have no hook of their own."""

    async def refused(self, stage):
        if self.event_handler.stage != stage:
            return False
        say("refused")
        await SMTP.push(self, f"{self.event_handler.answer} not from you")
        return True

    async def push(self, status):
        if isinstance(status, str) and status.startswith(f"220 {self.hostname}") and await self.refused("banner"):
            return
        await super().push(status)

    async def smtp_EHLO(self, hostname):
        if not await self.refused("ehlo"):
            await super().smtp_EHLO(hostname)

    async def smtp_STARTTLS(self, arg):
        if not await self.refused("starttls"):
            await super().smtp_STARTTLS(arg)

    async def smtp_AUTH(self, arg):
        if not await self.refused("auth"):
            await super().smtp_AUTH(arg)

    async def smtp_MAIL(self, arg):
        if not await self.refused("mail"):
            await super().smtp_MAIL(arg)


class Handler:
    def __init__(self):
        self.answer = None
        self.stage = None
        self.held = asyncio.Event()
        self.held.set()
        self.hang_up = False

    def command(self, line):
        words = line.split()
        self.answer = self.stage = None
        self.hang_up = False
        match words:
            case ["accept"]:
                self.held.set()
            case ["answer", code, stage, *words]:
                # Real servers quote the address in such answers: it must go no further than this.
                self.answer, self.stage = " ".join([code, *words]), stage
            case ["hold"]:
                self.held.clear()
            case ["release"]:
                self.held.set()
            case ["hang-up"]:
                self.hang_up = True
            case _:
                raise SystemExit(f"unknown command: {line}")
        say("done")

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.stage == "rcpt":
            say("refused")
            return f"{self.answer} <{address}> is not wanted here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if not self.held.is_set():
            say("held")
            await self.held.wait()
        if self.stage == "data":
            say("refused")
            return f"{self.answer} nothing for {envelope.rcpt_tos} now"
        if self.hang_up:
            say("refused")
            server.transport.abort()
            return "421 gone"
        say(
            "mail",
            **{"from": envelope.mail_from},
            to=envelope.rcpt_tos,
            data=envelope.content.decode("utf-8", "replace"),
            tls=session.ssl is not None or server.transport.get_extra_info("sslcontext") is not None,
            user=session.auth_data,
            ehlo=session.host_name,
        )
        return "250 OK"


CERTIFICATES = {
    "good": ("IP:127.0.0.1,DNS:localhost", "20000101000000Z", "20990101000000Z"),
    "expired": ("IP:127.0.0.1,DNS:localhost", "20000101000000Z", "20010101000000Z"),
    "early": ("IP:127.0.0.1,DNS:localhost", "20980101000000Z", "20990101000000Z"),
    "other-name": ("DNS:mail.example.org", "20000101000000Z", "20990101000000Z"),
}
AUTHORITY = """
[ca]
default_ca = here
[here]
dir = .
database = index.txt
new_certs_dir = .
certificate = ca.pem
private_key = ca.key
serial = serial
default_md = sha256
policy = any
x509_extensions = names
[any]
commonName = supplied
[names]
basicConstraints = CA:FALSE
subjectAltName = """


def certificates(folder, kind):
    """An authority and a certificate for 127.0.0.1 and localhost; the authority's file, the server's context."""
    names, begins, ends = CERTIFICATES[kind]
    (folder / "ca.cnf").write_text(f"{AUTHORITY}{names}\n")
    (folder / "index.txt").write_text("")
    (folder / "serial").write_text("01\n")

    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)

    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    openssl("req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "3650", "-subj", "/CN=Test authority")
    openssl("req", *key, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=localhost")
    openssl(
        "ca", "-batch", "-config", "ca.cnf", "-startdate", begins, "-enddate", ends,
        "-in", "server.csr", "-out", "server.pem", "-notext",
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    return str(folder / "ca.pem"), context


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=pathlib.Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--tls", choices=["none", "starttls", "implicit"], default="none")
    parser.add_argument("--login")
    parser.add_argument("--certificate", choices=[*CERTIFICATES], default="good")
    options = parser.parse_args()
    handler = Handler()
    authority, context = certificates(options.folder, options.certificate) if options.tls != "none" else (None, None)

    def authenticate(server, session, envelope, mechanism, data):
        given = f"{data.login.decode()}:{data.password.decode()}"
        good = given == options.login
        return AuthResult(success=good, handled=good, auth_data=data.login.decode())

    def protocol():
        return Server(
            handler,
            hostname="mail.test",
            tls_context=context if options.tls == "starttls" else None,
            require_starttls=options.tls == "starttls",
            auth_required=options.login is not None,
            auth_require_tls=options.tls == "starttls",
            authenticator=authenticate if options.login else None,
            loop=loop,
        )

    loop = asyncio.get_running_loop()
    # Without the protocol's own noise: standard error belongs to real mistakes.
    server = await loop.create_server(
        protocol, "127.0.0.1", options.port, ssl=context if options.tls == "implicit" else None
    )
    say("ready", port=server.sockets[0].getsockname()[1], ca=authority)
    lines = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while line := await lines.readline():
        handler.command(line.decode().strip())


asyncio.run(main())
