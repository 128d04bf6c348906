"""``clipdesk search``: find pictures by a caption."""

from argparse import Namespace

from clipdesk.cli.output import complain, hits, put, put_hits, put_json
from clipdesk.cli.reading import Answer, ask
from clipdesk.core.types import Query


def run(options: Namespace) -> int:
    query = Query(options.caption, tags=tuple(options.tags))
    if not query:
        complain("Give a CAPTION, or a --tag.", "Try: clipdesk search --help")
        return 2
    tell(options, options.caption, ask(options.library, query, options.k))
    return 0


def tell(options: Namespace, query: str, answer: Answer) -> None:
    """Print the answer to a query, as `similar` does too."""
    ranking = answer.ranking
    if options.json:
        put_json(
            {
                "query": query,
                "model": answer.model,
                "took_ms": round(answer.took_ms, 3),
                "total": ranking.total,
                "hits": hits(ranking.items),
            }
        )
        return
    put_hits(ranking.items, ranking.trusted)
    put(
        f"{len(ranking.items)} of {ranking.total} pictures, {answer.took_ms:.0f} ms, {answer.model}"
    )
