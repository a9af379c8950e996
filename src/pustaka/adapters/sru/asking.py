"""An SRU server asked for MARC records."""

from pustaka.adapters.sru.fetching import fetch
from pustaka.catalog.ports import Answer, Failure, Place, Query, SourceFailed
from pustaka.standards import cql, marc, sru

ACCESS_DENIED = {401, 403, 407}
AUTHENTICATION = {"3"}  # info:srw/diagnostic/1/3


class SruSource:
    """SRU 1.1, 1.2 and 2.0, searchRetrieve with CQL, answered in MARCXML."""

    def problem(self) -> str:
        """Nothing needs to be installed."""
        return ""

    def ask(self, place: Place, query: Query, *, most: int, timeout_s: float) -> Answer:
        """See `catalog.ports.RecordSource`."""
        if not (index := place.indexes.get(query.by, "")):
            raise SourceFailed(Failure.NOT_INDEXED)
        asked = sru.address(
            place.url,
            version=place.version,
            query=cql.either(*(cql.term(index, term) for term in query.terms)),
            most=most,
            schema=place.syntax or sru.MARCXML,
        )
        status, content = fetch(asked, user=place.user, password=place.password, timeout_s=timeout_s)
        if status in ACCESS_DENIED:
            raise SourceFailed(Failure.REJECTED, f"HTTP {status}")
        try:
            found = sru.read(content)
        except sru.NotSru as error:
            if status >= 400:
                raise SourceFailed(Failure.STATUS, f"HTTP {status}") from error
            raise SourceFailed(Failure.GARBAGE, str(error)) from error
        if found.diagnostics and not found.records:
            said = found.diagnostics[0]
            raise SourceFailed(Failure.REJECTED if said.code in AUTHENTICATION else Failure.DIAGNOSTIC, str(said)[:300])
        records = [
            marc.parse(raw, format="marcxml", number=number) for number, raw in enumerate(found.records[:most], 1)
        ]
        return Answer(total=found.total, records=tuple(records))
