"""pyHanko's word on PDFs: one JSON line a file.

usage: judge.py [--lax] FILE...     what it says of the signatures; --lax reads hybrid-reference files too
       judge.py --jobs              the same for JSON lines of standard input: {"file", "password", "lax"}
       judge.py --sign              whether it can itself sign the files of such lines twice, and in which mode
"""

import datetime
import io
import json
import logging
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
from pyhanko.sign.validation.errors import SignatureValidationError

logging.disable(logging.CRITICAL)


def judge(handle, strict, password=""):
    reader = PdfFileReader(handle, strict=strict)
    if reader.security_handler is not None:
        reader.decrypt(password)
    found = []
    for signature in reader.embedded_signatures:
        line = {"field": signature.field_name}
        try:
            stamped = signature.sig_object_type == "/DocTimeStamp"
            status = (validate_pdf_timestamp if stamped else validate_pdf_signature)(signature)
            line.update(
                intact=status.intact,
                valid=status.valid,
                coverage=status.coverage.name,
                changes=status.modification_level.name if status.modification_level else None,
                docmdp=None if stamped else status.docmdp_ok,
            )
        except (SignatureValidationError, ValueError, TypeError, KeyError) as error:
            line["error"] = f"{type(error).__name__}: {error}"
        found.append(line)
    return found


def judge_file(path, strict, password=""):
    try:
        with open(path, "rb") as handle:
            return {"file": path, "signatures": judge(handle, strict, password), "error": None}
    except Exception as error:  # a judge's own trouble is an answer too
        return {"file": path, "signatures": [], "error": f"{type(error).__name__}: {error}"}


def fresh_key():
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "pyHanko")])
    now = datetime.datetime.now(datetime.timezone.utc)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    protection = serialization.NoEncryption()
    return serialization.pkcs12.serialize_key_and_certificates(b"x", key, certificate, None, protection)


OWN = ("Judge1", "Judge2")


def sign_twice(handle, key, strict, password):
    """The file with two signatures of pyHanko's own in new fields."""
    for name in OWN:
        writer = IncrementalPdfFileWriter(handle, strict=strict)
        if writer.security_handler is not None:
            writer.encrypt(password)
        metadata = signers.PdfSignatureMetadata(field_name=name, subfilter=fields.SigSeedSubFilter.PADES)
        # A signer keeps state of the file it signed: each gets its own.
        signer = signers.SimpleSigner.load_pkcs12_data(key, [], None)
        handle = signers.sign_pdf(writer, metadata, signer=signer)
    return handle


def trouble_after(handle, strict, password, before):
    """What is wrong with a file that pyHanko signed, in its own eyes; None when nothing is."""
    forbidden = {line["field"] for line in before if line.get("docmdp") is False}
    for line in judge(handle, strict, password):
        if line["field"] in OWN and not (line.get("intact") and line.get("valid")):
            return line.get("error", "its own signature is not valid")
        if line.get("docmdp") is False and line["field"] not in forbidden:
            return f"changes after {line['field']}: {line['changes']}"
    return None


def can_sign(path, key, password):
    with open(path, "rb") as handle:
        data = handle.read()
    trouble = None
    for strict in (True, False):
        try:
            before = judge(io.BytesIO(data), strict, password)
            signed = sign_twice(io.BytesIO(data), key, strict, password)
            trouble = trouble_after(signed, strict, password, before)
            if trouble is None:
                return {"file": path, "lax": not strict, "before": before, "error": None}
        except Exception as error:
            trouble = trouble or f"{type(error).__name__}: {error}"
    return {"file": path, "lax": False, "before": [], "error": trouble}


def jobs():
    for line in sys.stdin:
        job = json.loads(line)
        yield job["file"], job.get("password") or "", bool(job.get("lax"))


def main():
    arguments = sys.argv[1:]
    if "--sign" in arguments:
        key = fresh_key()
        answers = (can_sign(path, key, password) for path, password, _ in jobs())
    elif "--jobs" in arguments:
        answers = (judge_file(path, not lax, password) for path, password, lax in jobs())
    else:
        strict = "--lax" not in arguments
        answers = (judge_file(path, strict) for path in arguments if path != "--lax")
    for answer in answers:
        print(json.dumps(answer), flush=True)


main()
