"""Sign what a document says of itself (签名), and check such a signature: Ed25519 with the key of the event log."""

import datetime as dt
from dataclasses import dataclass

from jianguan.backbone.audit.sealing import signer
from jianguan.engines.hashlog import checkpoint
from jianguan.kit.clock import CHINA

HEAD = "jianguan document v1"


@dataclass(frozen=True, slots=True)
class Said:
    """What a document says of itself."""

    code: str
    kind: str
    number: str
    issued_at: dt.datetime
    sha256: str
    sm3: str

    def text(self) -> str:
        """The text that is signed: what anybody can compare with the document in his hand."""
        at = self.issued_at.astimezone(CHINA).isoformat(timespec="seconds")
        return "\n".join([HEAD, self.code, self.kind, self.number, at, f"sha256 {self.sha256}", f"sm3 {self.sm3}", ""])


def sign(said: Said) -> str:
    """The signed note (C2SP) of a document."""
    return checkpoint.sign(said.text(), signer())


def holds(note: str, said: Said) -> bool:
    """Whether ``note`` is our signature over exactly this."""
    try:
        text, _ = checkpoint.verify(note, [signer().verifier])
    except (checkpoint.BadNote, checkpoint.BadSignature):
        return False
    return text == said.text()
