"""A time-stamp authority of one's own, made with openssl, for tests."""

from __future__ import annotations

import subprocess
from pathlib import Path

CONFIG = """
[req]
distinguished_name = name
prompt = no
[name]
O = {name}
CN = {name} root
[ca_ext]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign,cRLSign
[tsa_ext]
basicConstraints = CA:false
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[ca]
default_ca = this
[this]
database = {folder}/index.txt
crlnumber = {folder}/crlnumber
default_md = sha256
default_crl_days = 30
[tsa]
default_tsa = own
[own]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/tsa.pem
certs = {folder}/root.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1
ordering = yes
tsa_name = no
ess_cert_id_chain = no
"""


class LocalAuthority:
    """Answers requests; its root is ``root``, a list of revoked certificates ``revoked()``."""

    def __init__(self, folder: Path, name: str = "FICTIONAL authority") -> None:
        folder.mkdir(parents=True)
        self.folder, self.name = folder, name
        (folder / "tsa.cnf").write_text(CONFIG.format(folder=folder, name=name))
        (folder / "index.txt").write_text("")
        (folder / "crlnumber").write_text("01\n")
        self._run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                  "-keyout", "root.key", "-out", "root.pem", "-days", "3650", "-config", "tsa.cnf",
                  "-extensions", "ca_ext")  # fmt: skip
        self._run("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                  "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", f"/O={name}/CN={name} 1")  # fmt: skip
        self._run("x509", "-req", "-in", "tsa.csr", "-CA", "root.pem", "-CAkey", "root.key",
                  "-CAcreateserial", "-days", "365", "-extfile", "tsa.cnf", "-extensions", "tsa_ext",
                  "-out", "tsa.pem")  # fmt: skip

    @property
    def root(self) -> bytes:
        return (self.folder / "root.pem").read_bytes()

    def answer(self, request: bytes) -> bytes:
        (self.folder / "request.tsq").write_bytes(request)
        self._run("ts", "-reply", "-config", "tsa.cnf", "-queryfile", "request.tsq",
                  "-out", "answer.tsr")  # fmt: skip
        return (self.folder / "answer.tsr").read_bytes()

    def revoke(self) -> None:
        self._ca("-revoke", "tsa.pem")

    def revoked(self) -> bytes:
        self._ca("-gencrl", "-out", "revoked.pem")
        return (self.folder / "revoked.pem").read_bytes()

    def _ca(self, *words: str) -> None:
        self._run("ca", "-config", "tsa.cnf", "-cert", "root.pem", "-keyfile", "root.key", *words)

    def _run(self, *words: str) -> None:
        done = subprocess.run(
            ["openssl", *words], cwd=self.folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
