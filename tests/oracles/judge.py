"""pyHanko's word on signed PDFs: one JSON line a file.

usage: judge.py [--lax] FILE...     --lax reads hybrid-reference files too
"""

import json
import logging
import sys

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError

logging.disable(logging.CRITICAL)


def judge(path, strict):
    with open(path, "rb") as handle:
        reader = PdfFileReader(handle, strict=strict)
        if reader.security_handler is not None:
            reader.decrypt("")
        found = []
        for signature in reader.embedded_signatures:
            line = {"field": signature.field_name}
            try:
                status = validate_pdf_signature(signature)
                line.update(
                    intact=status.intact,
                    valid=status.valid,
                    coverage=status.coverage.name,
                    changes=status.modification_level.name if status.modification_level else None,
                    docmdp=status.docmdp_ok,
                )
            except (SignatureValidationError, ValueError, TypeError, KeyError) as error:
                line["error"] = f"{type(error).__name__}: {error}"
            found.append(line)
        return found


def main():
    arguments = sys.argv[1:]
    strict = "--lax" not in arguments
    for path in (argument for argument in arguments if argument != "--lax"):
        try:
            print(json.dumps({"file": path, "signatures": judge(path, strict), "error": None}))
        except Exception as error:  # a judge's own trouble is an answer too
            print(json.dumps({"file": path, "signatures": [], "error": f"{type(error).__name__}: {error}"}))


main()
