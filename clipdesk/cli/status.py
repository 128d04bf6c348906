"""``clipdesk status``: tell what the library holds."""

from argparse import Namespace

from clipdesk.cli.output import put, put_json
from clipdesk.cli.reading import opened
from clipdesk.core.encoders import STARTER
from clipdesk.core.folders import is_there
from clipdesk.core.paths import printable
from clipdesk.core.pictures import READS_VIDEOS, WITHOUT_VIDEOS


def run(options: Namespace) -> int:
    if not options.library.catalog.is_file():
        none = {"pictures": 0, "videos": 0, "frames": 0, "problems": 0, "roots": []}
        if options.json:
            put_json(
                {"library": str(options.library.data), **none, "model": STARTER, "next_model": None}
            )
        else:
            put("The library is empty. Take pictures into it: clipdesk index FOLDER")
        return 0
    with opened(options.library) as catalog:
        counts = catalog.roots.counts()
        videos, frames = catalog.videos.count()
        answer = {
            "library": str(options.library.data),
            "pictures": sum(counts.values()),
            "videos": videos,
            "frames": frames,
            "problems": len(catalog.problems.all()),
            "roots": [
                {
                    "path": str(root.path),
                    "pictures": counts.get(root.id, 0),
                    "online": is_there(root.path),
                }
                for root in catalog.roots.all()
            ],
            "model": catalog.options.model or STARTER,
            "next_model": catalog.options.next_model or None,
        }
    if options.json:
        put_json(answer)
        return 0
    put(f"{printable(options.library.data)}: {answer['pictures']} pictures, {answer['model']}")
    roots = answer["roots"]
    assert isinstance(roots, list)
    for root in roots:
        offline = "" if root["online"] else "  (not there at the moment)"
        put(f"{root['pictures']:8}  {printable(root['path'])}{offline}")
    if videos:
        put(f"{videos:8}  of them videos, known by {frames} frames")
    if not READS_VIDEOS:
        put(f"          {WITHOUT_VIDEOS}")
    if answer["problems"]:
        put(f"{answer['problems']:8}  could not be read")
    return 0
