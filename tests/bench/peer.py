"""pyHanko's library on the same files, in one process: a line of JSON for each file and question.

Arguments: rounds, then `sign` or `verify` and a path, in pairs; `corpus` with a file that lists paths.
"""
import asyncio, json, logging, resource, sys, time
from io import BytesIO
from statistics import median

from asn1crypto import keys, x509
from cryptography import x509 as cx509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
import datetime
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

logging.disable(logging.CRITICAL)


def make_signer():
    key = ec.generate_private_key(ec.SECP256R1())
    name = cx509.Name([cx509.NameAttribute(cx509.NameOID.COMMON_NAME, "Bench")])
    now = datetime.datetime.now(datetime.timezone.utc)
    certificate = (
        cx509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(cx509.random_serial_number()).not_valid_before(now)
        .not_valid_after(now + datetime.timedelta(days=30)).sign(key, hashes.SHA256())
    )
    der = serialization.Encoding.DER
    private = key.private_bytes(der, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return signers.SimpleSigner(
        signing_cert=x509.Certificate.load(certificate.public_bytes(der)),
        signing_key=keys.PrivateKeyInfo.load(private),
        cert_registry=SimpleCertificateStore(),
    )


def sign(path, signer):
    with open(path, "rb") as stream:
        data = stream.read()
    writer = IncrementalPdfFileWriter(BytesIO(data), strict=False)
    metadata = signers.PdfSignatureMetadata(
        field_name="peer", md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES
    )
    out = asyncio.run(signers.async_sign_pdf(writer, metadata, signer=signer)) \
        if hasattr(signers, "async_sign_pdf") else signers.sign_pdf(writer, metadata, signer=signer)
    return out.getbuffer().nbytes - len(data)


def verify(path):
    with open(path, "rb") as stream:
        reader = PdfFileReader(BytesIO(stream.read()), strict=False)
        for signature in reader.embedded_signatures:
            validate_pdf_signature(signature, ValidationContext(allow_fetching=False))
    return 0


def corpus(listing):
    with open(listing) as lines:
        for path in lines.read().split("\n"):
            if not path:
                continue
            try:
                verify(path)
            except Exception:  # what it cannot read or refuses is an answer that took its time too
                pass
    return 0


def main():
    rounds, rest = int(sys.argv[1]), sys.argv[2:]
    signer = make_signer()
    for kind, path in zip(rest[::2], rest[1::2]):
        times, added = [], 0
        try:
            for _ in range(rounds):
                since = time.perf_counter()
                added = sign(path, signer) if kind == "sign" else {"verify": verify, "corpus": corpus}[kind](path)
                times.append((time.perf_counter() - since) * 1000)
                if sum(times) > 60_000:
                    break
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            print(json.dumps({"kind": kind, "path": path, "ms": median(times), "added": added, "peakMb": peak}), flush=True)
        except Exception as error:  # the bench says what the peer said
            print(json.dumps({"kind": kind, "path": path, "error": f"{type(error).__name__}: {error}"}), flush=True)


main()
