"""``clipdesk exclude``: what is left out of a watched folder."""

from argparse import Namespace
from dataclasses import asdict, replace

from clipdesk.cli.output import put, put_json
from clipdesk.core.catalog.roots import RootRow
from clipdesk.core.errors import FolderError
from clipdesk.core.library import Library
from clipdesk.core.paths import printable
from clipdesk.core.sifting import sift
from clipdesk.core.types import USUAL, Rules


def run(options: Namespace) -> int:
    library = Library(options.library)
    try:
        root = _root(library, options)
        rules = _rules(root.rules, options)
        counts = {"left_out": 0, "pictures": 0, "put_away": 0, "taken_back": 0}
        catalog = library.catalog
        with catalog.transaction():
            catalog.roots.rule(root.id, rules)
            for part in list(sift(catalog, root.id, rules)):
                catalog.assets.leave_out(part.leave)
                catalog.assets.take_back(part.back)
                counts["left_out"] += part.omitted
                counts["pictures"] += part.seen
                counts["put_away"] += len(part.leave)
                counts["taken_back"] += len(part.back)
    finally:
        library.close()
    if options.json:
        put_json({"path": str(root.path), **asdict(rules), **counts})
    else:
        _tell(root, rules, counts)
    return 0


def _root(library: Library, options: Namespace) -> RootRow:
    folder = options.folder.absolute()
    for root in library.catalog.roots.all():
        if root.path == folder:
            return root
    raise FolderError(
        f"{printable(folder)} is not watched.",
        hint="See what is: clipdesk status. Rules are for a watched folder as a whole.",
    )


def _rules(before: Rules, options: Namespace) -> Rules:
    kept = USUAL if options.clear else before
    kinds = {f".{kind.lower().lstrip('.')}" for kind in options.kind}
    return replace(
        kept,
        patterns=tuple(dict.fromkeys((*kept.patterns, *options.patterns))),
        hidden=kept.hidden if options.hidden is None else options.hidden,
        smallest=kept.smallest if options.smaller is None else options.smaller,
        largest=kept.largest if options.larger is None else options.larger,
        suffixes=tuple(sorted({*kept.suffixes, *kinds})),
    )


def _tell(root: RootRow, rules: Rules, counts: dict[str, int]) -> None:
    put(f"Left out of {printable(root.path)}:")
    for pattern in rules.patterns:
        put(f"  {printable(pattern)}")
    if rules.hidden:
        put("  hidden files and folders")
    if rules.smallest:
        put(f"  files smaller than {rules.smallest:,} bytes")
    if rules.largest:
        put(f"  files larger than {rules.largest:,} bytes")
    for suffix in rules.suffixes:
        put(f"  files ending in {printable(suffix)}")
    put("  and what files named .clipdeskignore say")
    put(
        f"{counts['left_out']} of {counts['pictures']} known pictures are left out "
        f"({counts['put_away']} now, {counts['taken_back']} are back)."
    )
