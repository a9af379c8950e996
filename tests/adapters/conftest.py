import pytest

pytest.register_assert_rewrite("tests.adapters.search_engine_contract")
