from tests.discovery.conftest import index_folder, work

__all__ = ["index_folder", "work"]
