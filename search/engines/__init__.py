"""What answers a request: arrays in a folder, or a cluster. Nothing above tells them apart."""

from __future__ import annotations
