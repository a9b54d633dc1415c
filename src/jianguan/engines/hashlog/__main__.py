"""``python -m jianguan.engines.hashlog DIR``: verify an export with the installed cryptography."""

import sys

from jianguan.engines.hashlog import verify_log
from jianguan.engines.hashlog.export import check_signature, sm3_digest

sys.exit(verify_log.main(sm3=sm3_digest, check=check_signature))
