"""The summaries of two made-up cities, word for word and figure for figure as they were read and found right."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from storage import urls as storage_urls
from storage.schema import metadata
from storage.unit_of_work import SqlUnitOfWork
from tests.support.city import City
from tests.support.golden import FOLDER, GOLDEN, Golden


@pytest.mark.parametrize("golden", [each for each in GOLDEN if each.city == "small"], ids=lambda each: each.name)
def test_the_small_city_reads_as_it_did(small_city: City, golden: Golden) -> None:
    """``python -m tests.support.golden`` writes them anew."""
    assert golden.written(small_city) == golden.path.read_text("utf-8")


def test_the_large_city_reads_as_it_did(large_city: City) -> None:
    """One test for all of them: the city is made once. ``python -m tests.support.golden`` writes them anew."""
    for golden in GOLDEN:
        if golden.city == "large":
            assert golden.written(large_city) == golden.path.read_text("utf-8"), golden.name


def test_nothing_is_kept_that_nobody_compares() -> None:
    kept = {path for ending in ("txt", "json") for path in FOLDER.glob(f"*/2026*.{ending}")}

    assert kept == {golden.path for golden in GOLDEN}


def test_postgresql_tells_the_same_of_the_large_city(large_city: City, postgres_url: str) -> None:
    """Its rows are carried over as they are; then the same figures are asked for."""
    engine = sa.create_engine(storage_urls.postgres_url(postgres_url), poolclass=sa.NullPool)
    with large_city.office.unit() as there, engine.begin() as here:
        for table in metadata.sorted_tables:
            rows = [dict(row._mapping) for row in there.connection.execute(sa.select(table))]
            if rows and not here.execute(sa.select(table).limit(1)).first():
                here.execute(sa.insert(table), rows)
    with engine.begin() as here:
        uow = SqlUnitOfWork(here, "zh")
        for golden in GOLDEN:
            if golden.city == "large":
                assert golden.of(uow, large_city.office.desk) == golden.path.read_text("utf-8"), golden.name
