"""From our query tree to Tantivy's queries. What a person typed never reaches Tantivy's own parser.

What matches is decided in `words` alone (and `publisher`), which holds words and stems. The other fields only add to
the score, so they're looked at for titles that match already.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import tantivy
from tantivy import Occur

from pustaka.adapters.tantivy_engine.schema import BEGIN, SCHEMA
from pustaka.discovery import rules, text
from pustaka.discovery.ports import Fresh, Likeness, Query
from pustaka.standards import identifiers

Q = tantivy.Query
Clause = tuple[Any, Any]

MOST_EXPANSIONS = 300
_LATEST = 2**40  # seconds since 1970; nothing is added after that
# How much a word counts where it stands; a stem counts less than the word as it was typed.
_WEIGHTS = {"title": 4.0, "names": 2.5, "titles": 1.5, "subjects": 1.5}
_STEM, _TYPING_ERROR = 0.3, 0.2
_EXACT_TITLE, _BEGINS_SO, _TOGETHER = 500.0, 30.0, 15.0
_IDENTIFIER, _NEAR = 1000.0, 100.0
_PLACES: dict[rules.TextField, tuple[tuple[str, float], ...]] = {
    "": (("title", 4.0), ("names", 2.5), ("titles", 1.5), ("subjects", 1.5), ("notes", 1.0), ("publisher", 0.5)),
    "title": (("title", 4.0), ("titles", 1.0)),
    "author": (("names", 1.0),),
    "subject": (("subjects", 1.0),),
    "publisher": (("publisher", 1.0),),
    "series": (("titles", 1.0),),
    "note": (("notes", 1.0),),
}


def term(field: str, value: Any) -> Any:
    return Q.term_query(SCHEMA, field, value)


def anything(queries: Sequence[Any]) -> Any:
    """One of them matches."""
    return queries[0] if len(queries) == 1 else Q.boolean_query([(Occur.Should, query) for query in queries])


class Asking:
    """One query for one searcher."""

    def __init__(
        self, query: Query, expand: Callable[[str, str], Iterable[str]], meant: Callable[[str], Iterable[str]]
    ) -> None:
        """`expand(field, prefix)` gives the tokens that begin so; `meant(token)` those that it may be an error for."""
        self._query = query
        self._expand = expand
        self._meant = meant

    def everything(self, *, without_filter: str = "", with_score: bool = True) -> Any:
        """The whole question; `without_filter` names a facet whose filter is left out, for its own counts."""
        must, should = self._of(self._query.tree, with_score=with_score)
        if with_score and self._query.title and should:
            should += self._title(self._query.title.split())
        narrow = self._narrow(without_filter)
        if not must:
            must = [(Occur.Must, Q.all_query())]
        return Q.boolean_query([*must, *should, *narrow])

    def hidden(self) -> list[Clause]:
        """What doesn't exist for this question."""
        batches = list(self._query.hidden_batches)
        return [(Occur.MustNot, Q.term_set_query(SCHEMA, "batch", batches))] if batches else []

    def _narrow(self, without_filter: str) -> list[Clause]:
        filters, found = self._query.filters, self.hidden()
        for facet, values in filters.include.items():
            if facet != without_filter:
                chosen = anything([term(facet, value) for value in values])
                found.append((Occur.Must, Q.boost_query(chosen, 0.0)))
        for facet, values in filters.exclude.items():
            if facet != without_filter:
                found += [(Occur.MustNot, term(facet, value)) for value in values]
        if filters.is_available and without_filter != "available":
            found.append((Occur.Must, Q.boost_query(term("available", 1), 0.0)))
        if (fresh := self._query.fresh) is not None:
            found.append((Occur.Must, Q.boost_query(_fresh(fresh), 0.0)))
        if (filters.year_from, filters.year_to) != (None, None) and without_filter != "year":
            found.append((Occur.Must, Q.boost_query(_years(filters.year_from, filters.year_to), 0.0)))
        return found

    def _of(self, node: rules.Node | None, *, with_score: bool) -> tuple[list[Clause], list[Clause]]:
        """What must match or mustn't, and what only adds to the score."""
        nodes = node.nodes if isinstance(node, rules.All) else () if node is None else (node,)
        is_light = [isinstance(child, rules.Word) and not child.field and child.is_light for child in nodes]
        must: list[Clause] = []
        should: list[Clause] = []
        for child, light in zip(nodes, is_light, strict=True):
            if isinstance(child, rules.Not):
                must.append((Occur.MustNot, self._match(child.node)))
                continue
            if not light or all(is_light):
                must.append((Occur.Must, self._match(child)))
            if with_score:
                should += self._score(child)
        if must and all(occur == Occur.MustNot for occur, _ in must):
            must.append((Occur.Must, Q.all_query()))
        return must, should

    def _match(self, node: rules.Node) -> Any:
        if isinstance(node, rules.Word):
            return self._word(node)
        if isinstance(node, rules.Phrase):
            phrases = [Q.boost_query(_phrase(field, node.tokens), weight) for field, weight in _PLACES[node.field]]
            return anything(phrases)
        if isinstance(node, rules.Key):
            return self._key(node)
        if isinstance(node, rules.Years):
            return Q.boost_query(_years(node.first, node.last), 0.0)
        if isinstance(node, rules.Any):
            return anything([self._match(child) for child in node.nodes])
        must, should = self._of(node, with_score=True)
        return Q.boolean_query([*must, *should])

    def _key(self, key: rules.Key) -> Any:
        exact = _key(key)
        if key.kind == "isbn" and self._query.is_forgiving:
            near = [Q.boost_query(term("keys", f"isbn:{isbn}"), _NEAR) for isbn in identifiers.isbns_near(key.value)]
            return anything([exact, *near])
        return exact

    def _word(self, word: rules.Word) -> Any:
        token = word.token
        if word.is_prefix:
            fields = [field for field, _ in _PLACES[word.field]] if word.field else ["words", "publisher"]
            found = [
                Q.term_set_query(SCHEMA, field, tokens) for field in fields if (tokens := [*self._expand(field, token)])
            ]
            return anything(found) if found else Q.empty_query()
        meant = list(self._meant(token)) if self._query.is_forgiving else []
        if word.field:
            found = []
            for field, weight in _PLACES[word.field]:
                found.append(Q.boost_query(term(field, token), weight))
                found += [Q.boost_query(term(field, other), weight * _TYPING_ERROR) for other in meant]
            return anything(found)
        found = [term("words", token), Q.boost_query(term("publisher", token), 0.5)]
        found += [Q.boost_query(term("words", stem), _STEM) for stem in text.stems(token)]
        found += [Q.boost_query(term("words", other), _TYPING_ERROR) for other in meant]
        return anything(found)

    def _score(self, node: rules.Node) -> list[Clause]:
        if isinstance(node, rules.Any):
            return [clause for child in node.nodes for clause in self._score(child)]
        if isinstance(node, rules.All):
            return [clause for child in node.nodes for clause in self._score(child)]
        if not isinstance(node, rules.Word) or node.field or node.is_prefix:
            return []
        found = [(Occur.Should, Q.boost_query(term(field, node.token), weight)) for field, weight in _WEIGHTS.items()]
        if self._query.is_forgiving:
            for place, other in enumerate(self._meant(node.token)):
                found.append((Occur.Should, Q.boost_query(term("title", other), 2.0 / (1 + place))))
        return found

    @staticmethod
    def _title(tokens: list[str]) -> list[Clause]:
        found = [
            (Occur.Should, Q.const_score_query(term("title_keys", " ".join(tokens)), _EXACT_TITLE)),
            (Occur.Should, Q.const_score_query(_phrase("title", (BEGIN, *tokens)), _BEGINS_SO)),
        ]
        if len(tokens) > 1:
            found.append((Occur.Should, Q.const_score_query(_phrase("title", tokens), _TOGETHER)))
        return found


def alike(like: Likeness, hidden: list[Clause]) -> Any:
    """What shares a subject, a class or a maker with that title; the rarer what is shared, the more it counts.

    Words of the title and of subjects only add to that: alone they bring what merely sounds alike.
    """
    kin: list[Any] = [Q.boost_query(term("subject", value), 2.0) for value in like.subjects]
    kin += [Q.boost_query(term("author", value), 0.8) for value in like.authors]
    kin += [Q.boost_query(term("keys", f"class:{value}"), 1.0) for value in like.classes]
    if not kin:
        kin = [term("title", word) for word in like.words] or [Q.empty_query()]
    clauses: list[Clause] = [(Occur.Must, anything(kin))]
    for word in like.words:
        clauses.append((Occur.Should, Q.boost_query(term("title", word), 1.2)))
        clauses += [(Occur.Should, Q.boost_query(term("words", stem), 0.4)) for stem in text.stems(word)]
    clauses += [(Occur.Should, Q.boost_query(term("subjects", word), 0.6)) for word in like.subject_words]
    if like.language:
        clauses.append((Occur.Should, Q.const_score_query(term("language", like.language), 1.5)))
    clauses.append((Occur.MustNot, term("id", like.bib_id)))
    clauses += [(Occur.MustNot, term("keys", key)) for key in like.without]
    return Q.boolean_query([*clauses, *hidden])


def _phrase(field: str, tokens: Sequence[str]) -> Any:
    return Q.phrase_query(SCHEMA, field, list(tokens)) if len(tokens) > 1 else term(field, tokens[0])


def _key(key: rules.Key) -> Any:
    if key.kind == "class":
        return Q.boost_query(term("keys", f"class:{key.value}"), 1.0)
    if key.kind in {"language", "author", "subject"}:
        return Q.boost_query(term(key.kind, key.value), 0.0)
    return Q.boost_query(term("keys", f"{key.kind}:{key.value}"), _IDENTIFIER)


def _fresh(fresh: Fresh) -> Any:
    added = Q.range_query(
        SCHEMA, "added", tantivy.FieldType.Unsigned,
        lower_bound=fresh.since,
        upper_bound=_LATEST if fresh.until is None else fresh.until,
        include_upper=False,
    )  # fmt: skip
    return anything([added, Q.term_set_query(SCHEMA, "batch", list(fresh.batches))] if fresh.batches else [added])


def _years(first: int | None, last: int | None) -> Any:
    return Q.range_query(
        SCHEMA, "year", tantivy.FieldType.Integer,
        lower_bound=-9999 if first is None else first,
        upper_bound=9999 if last is None else last,
    )  # fmt: skip
