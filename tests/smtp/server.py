"""A mail server that does as it is told, for the suite's tests of real SMTP.

Needs the packages of requirements.txt (aiosmtpd), and the `openssl` command for certificates.

    server.py --folder DIR [--port N] [--tls none|starttls|implicit] [--login USER:PASSWORD]

Says one JSON object per line on standard output:
    {"event": "ready", "port": 2525, "ca": "DIR/ca.pem"}
    {"event": "mail", "from": ..., "to": [...], "data": ..., "tls": true, "user": ..., "ehlo": ...}
    {"event": "held"}       a mail waits for its answer, see `hold`
    {"event": "refused"}    a mail was answered as `answer` says
    {"event": "done"}       a command was carried out
Takes commands on standard input, one per line:
    accept                  take every mail (how it starts)
    answer 450 rcpt         answer so to RCPT; also `data`, `auth`
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
            case ["answer", code, stage]:
                # Real servers quote the address in such answers: it must go no further than this.
                self.answer, self.stage = int(code), stage
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


def certificates(folder):
    """An authority and a certificate for 127.0.0.1 and localhost; the authority's file, the server's context."""
    names = folder / "names.cnf"
    names.write_text("subjectAltName=IP:127.0.0.1,DNS:localhost\nbasicConstraints=CA:FALSE\n")

    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)

    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    openssl("req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "3650", "-subj", "/CN=Test authority")
    openssl("req", *key, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=localhost")
    openssl(
        "x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
        "-out", "server.pem", "-days", "3650", "-extfile", "names.cnf",
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
    options = parser.parse_args()
    handler = Handler()
    authority, context = certificates(options.folder) if options.tls != "none" else (None, None)

    def authenticate(server, session, envelope, mechanism, data):
        given = f"{data.login.decode()}:{data.password.decode()}"
        if handler.stage == "auth":
            say("refused")
        good = given == options.login and handler.stage != "auth"
        return AuthResult(success=good, handled=good, auth_data=data.login.decode())

    def protocol():
        return SMTP(
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
