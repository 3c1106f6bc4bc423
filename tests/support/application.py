"""The WSGI application, for tests in this process: without the thread that stores counts."""

import pytest

from recalls.public import counts

with pytest.MonkeyPatch.context() as _patch:
    _patch.setattr(counts, "keep_storing", lambda: None)
    from site_config import wsgi

__all__ = ["wsgi"]
