"""pyHanko's own AdES-LTA check of each person's signature: one JSON line a file.

usage: lta.py ROOT.pem[,ROOT.pem] FILE...
"""

import asyncio
import json
import logging
import sys

from asn1crypto import pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.ades import ades_lta_validation
from pyhanko.sign.validation.policy_decl import PdfSignatureValidationSpec, SignatureValidationSpec
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager

logging.disable(logging.CRITICAL)


def load(path):
    with open(path, "rb") as handle:
        _, _, der = pem.unarmor(handle.read())
    return x509.Certificate.load(der)


async def judge(path, spec):
    with open(path, "rb") as handle:
        reader = PdfFileReader(handle)
        said = []
        for signature in reader.embedded_regular_signatures:
            result = await ades_lta_validation(signature, spec)
            said.append({"field": signature.field_name, "said": str(result.ades_subindic)})
        return said


roots = [load(path) for path in sys.argv[1].split(",")]
policy = CertValidationPolicySpec(
    trust_manager=SimpleTrustManager.build(trust_roots=roots),
    revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO, retroactive_revinfo=True),
)
specification = PdfSignatureValidationSpec(SignatureValidationSpec(policy, ts_cert_validation_policy=policy))
for path in sys.argv[2:]:
    try:
        words = asyncio.run(judge(path, specification))
        print(json.dumps({"file": path, "signatures": words, "error": None}))
    except Exception as error:  # a judge's own trouble is an answer too
        print(json.dumps({"file": path, "signatures": [], "error": f"{type(error).__name__}: {error}"}))
