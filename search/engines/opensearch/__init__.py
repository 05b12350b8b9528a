"""An archive on an OpenSearch cluster: the same questions and the same answers as an index in a folder."""

from __future__ import annotations
