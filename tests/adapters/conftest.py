import pytest

pytest.register_assert_rewrite("tests.adapters.search_engine_contract", "tests.adapters.record_source_contract")
pytest.register_assert_rewrite("tests.adapters.channel_contract")
