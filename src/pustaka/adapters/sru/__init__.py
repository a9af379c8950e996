"""SRU by plain Python: other catalogues asked over http and https. `settings.SRU_SOURCE` names `source` here."""

from pustaka.adapters.sru.asking import SruSource

source = SruSource()
