"""The benchmark of the ledger runs and prints the document that other tools read; its times are not judged here."""

import json
import subprocess
import sys

from testbed import CHECKOUT


def test_a_few_days_give_one_document_with_figures_references_and_ratios() -> None:
    command = [sys.executable, str(CHECKOUT / "bench" / "ledger.py"), "--small", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert set(found) == {"name", "figures", "references", "ratios"}
    assert found["name"] == "ledger"
    assert found["figures"]["cells"] >= found["references"]["least_cells"]
    assert sum(found["figures"]["states"].values()) == found["figures"]["cells"]
    assert set(found["ratios"]) == {"year_seconds", "day_seconds", "cells_over_least"}
    for ratio in found["ratios"].values():
        assert ratio.keys() & {"at_most", "at_least"}
