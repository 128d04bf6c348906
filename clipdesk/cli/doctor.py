"""``clipdesk doctor``: look the library over, and mend what can be made again."""

from argparse import Namespace
from dataclasses import asdict

from clipdesk.cli.output import put, put_json
from clipdesk.core.doctor import examine
from clipdesk.core.errors import LibraryError


def run(options: Namespace) -> int:
    if not options.library.catalog.is_file():
        raise LibraryError(
            "This library is empty.", hint="Take pictures into it: clipdesk index FOLDER"
        )
    findings = []
    for finding in examine(options.library, mend=options.mend):
        findings.append(finding)
        if not options.json:
            sign = "ok" if finding.sound else "mended" if finding.mended else "WRONG"
            put(f"{sign:>6}  {finding.text}")
    sound = all(finding.sound or finding.mended for finding in findings)
    if options.json:
        put_json({"sound": sound, "findings": [asdict(finding) for finding in findings]})
    elif not sound:
        put("        To mend what can be made again: clipdesk doctor --mend")
    return 0 if sound else 1
