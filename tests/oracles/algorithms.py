"""Signs a PDF by pyHanko once for each algorithm, and says what pyHanko itself thinks of it and of a changed twin.

usage: algorithms.py FILE FOLDER     one JSON line for each file that is put into FOLDER
"""

import datetime
import io
import json
import logging
import os
import sys

from asn1crypto import algos, keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator.registry import SimpleCertificateStore

logging.disable(logging.CRITICAL)

CADES = fields.SigSeedSubFilter.PADES
DETACHED = fields.SigSeedSubFilter.ADOBE_PKCS7_DETACHED

# name, key, hash of the signature, RSASSA-PSS, SubFilter
CASES = [
    ("rsa-sha512", lambda: rsa.generate_private_key(65537, 2048), "sha512", False, DETACHED),
    ("rsa-pss-sha384", lambda: rsa.generate_private_key(65537, 2048), "sha384", True, CADES),
    ("rsa-sha3-256", lambda: rsa.generate_private_key(65537, 2048), "sha3_256", False, CADES),
    ("p384-sha384", lambda: ec.generate_private_key(ec.SECP384R1()), "sha384", False, CADES),
    ("p521-sha512", lambda: ec.generate_private_key(ec.SECP521R1()), "sha512", False, DETACHED),
    ("brainpoolP256r1", lambda: ec.generate_private_key(ec.BrainpoolP256R1()), "sha256", False, CADES),
    ("brainpoolP384r1", lambda: ec.generate_private_key(ec.BrainpoolP384R1()), "sha384", False, CADES),
    ("secp256k1", lambda: ec.generate_private_key(ec.SECP256K1()), "sha256", False, CADES),
    ("ed25519", ed25519.Ed25519PrivateKey.generate, "sha512", False, CADES),
    ("ed448", ed448.Ed448PrivateKey.generate, "shake256", False, CADES),
    ("dsa-sha256", lambda: dsa.generate_private_key(2048), "sha256", False, DETACHED),
]


def signer(key, digest, pss):
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Other software")])
    now = datetime.datetime.now(datetime.timezone.utc)
    own = None if isinstance(key, (ed25519.Ed25519PrivateKey, ed448.Ed448PrivateKey)) else hashes.SHA256()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, own)
    )
    pkcs8 = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return signers.SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER)),
        signing_key=keys.PrivateKeyInfo.load(pkcs8),
        cert_registry=SimpleCertificateStore(),
        prefer_pss=pss,
        # Without a hash of its own, the one of the digest counts: pyHanko has no name for RSA with SHA-3.
        signature_mechanism=algos.SignedDigestAlgorithm({"algorithm": "rsassa_pkcs1v15"})
        if digest.startswith("sha3_")
        else None,
    )


def judge(data):
    [signature] = PdfFileReader(io.BytesIO(data)).embedded_signatures
    status = validate_pdf_signature(signature)
    return bool(status.intact and status.valid)


def main(path, folder):
    with open(path, "rb") as handle:
        given = handle.read()
    for name, key, digest, pss, subfilter in CASES:
        metadata = signers.PdfSignatureMetadata(field_name="Other", md_algorithm=digest, subfilter=subfilter)
        writer = IncrementalPdfFileWriter(io.BytesIO(given))
        signed = signers.sign_pdf(writer, metadata, signer=signer(key(), digest, pss)).getvalue()
        changed = bytearray(signed)
        changed[signed.index(b"Tj")] = ord("t")
        with open(os.path.join(folder, f"{name}.pdf"), "wb") as out:
            out.write(signed)
        print(json.dumps({"name": name, "valid": judge(signed), "changed": judge(bytes(changed))}), flush=True)


main(*sys.argv[1:])
