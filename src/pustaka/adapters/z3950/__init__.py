"""Z39.50 by Debian's libyaz5: other catalogues asked in the old way. `settings.Z3950_SOURCE` names `source` here."""

from pustaka.adapters.z3950.asking import Z3950Source

source = Z3950Source()
