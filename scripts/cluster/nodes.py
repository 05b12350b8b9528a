"""Real OpenSearch nodes on the loopback, a process each, for tests and for trying out: `python scripts/cluster/nodes.py start`.

`start` compiles and fetches what is missing (JDK 17 and Maven), starts three nodes and waits until they are one cluster; `stop` ends
them; `status` says which run. HTTP is on 9201, 9202, … and the nodes talk on 9301, 9302, ….
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
# JUANZONG_TEST_SERVER=3 takes OpenSearch 3, JUANZONG_TEST_JAVA a Java that is not the one on the path: version 3 needs 21 or newer
SOURCES = HERE / ("three" if os.environ.get("JUANZONG_TEST_SERVER") == "3" else "two")
JAVA = os.environ.get("JUANZONG_TEST_JAVA", "java")
JARS = SOURCES / "target" / "jars"
MEMORY = Path("/dev/shm")
# most of what a small build takes on a disk is waiting for it; nothing of this has to outlive the machine
FOLDER = (
    MEMORY / f"juanzong-{SOURCES.name}-{os.getuid()}"
    if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > 2 << 30
    else SOURCES / "target" / "nodes"
)
NAME = "juanzong-tests"
HEAP = "512m"
JVM = (
    "-XX:+UseSerialGC",
    "-Djava.awt.headless=true",
    "-Dlog4j2.disable.jmx=true",
    "-Dio.netty.noUnsafe=true",
    "-Dopensearch.networkaddress.cache.ttl=60",
)
# a node of a test lives for minutes: quick to start is worth more than fast in the long run
QUICK = ("-XX:TieredStopAtLevel=1",)
LOGGING = """status = error
appender.out.type = Console
appender.out.name = out
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = %d{ISO8601} %-5p %c{1.} %m%n
rootLogger.level = warn
rootLogger.appenderRef.out.ref = out
"""


# nodes outlive whoever started them, and a process object that is dropped would complain of that
_started: list[subprocess.Popen[bytes]] = []


class ClusterFailed(Exception):
    """The cluster could not be started. The message says what to look at."""


def fetch() -> None:
    """Makes `target/jars`, where it is missing or older than what it is made of."""
    sources = (SOURCES / "pom.xml", SOURCES / "OneNode.java")
    made = next(iter(JARS.glob("one-node-*.jar")), None)
    if made and all(made.stat().st_mtime >= source.stat().st_mtime for source in sources):
        return
    if shutil.which("mvn") is None or shutil.which("javac") is None:
        raise ClusterFailed("The test cluster needs a JDK 17 and Maven: apt-get install openjdk-17-jdk-headless maven.")
    home = {"JAVA_HOME": str(Path(JAVA).resolve().parents[1])} if os.sep in JAVA else {}
    command = ["mvn", "-B", "-ntp", "-q", "-f", str(sources[0]), "package"]
    subprocess.run(command, check=True, stdout=sys.stderr, env={**os.environ, **home})
    for jar in JARS.glob("one-node-*.jar"):
        jar.touch()


@dataclass(frozen=True)
class Cluster:
    """So many nodes in one folder, numbered from 1. `lasting` ones are for measurements: they take longer to become fast, and take all they can hold."""

    folder: Path = FOLDER
    nodes: int = 3
    http: int = 9200
    transport: int = 9300
    heap: str = HEAP
    lasting: bool = False

    def host(self, number: int) -> str:
        return f"127.0.0.1:{self.http + number}"

    @property
    def hosts(self) -> list[str]:
        return [self.host(number) for number in range(1, self.nodes + 1)]

    def start(self, seconds: float = 240) -> None:
        """Starts the nodes that do not run, and waits until all of them are one cluster whose shards are all there."""
        fetch()
        for number in range(1, self.nodes + 1):
            self.start_node(number)
        self.wait(f"wait_for_nodes=%3E%3D{self.nodes}&wait_for_status=green", seconds)

    def start_node(self, number: int) -> None:
        if self.runs(number):
            return
        home = self.folder / f"node{number}"
        (home / "config").mkdir(parents=True, exist_ok=True)
        (home / "config" / "log4j2.properties").write_text(LOGGING)
        (home / "config" / "opensearch.yml").write_text(
            "".join(f"{name}: {json.dumps(value)}\n" for name, value in self._settings(number).items())
        )
        command = [
            JAVA,
            f"-Xms{self.heap}",
            f"-Xmx{self.heap}",
            *JVM,
            *(() if self.lasting else QUICK),
            "-cp",
            f"{JARS}/*",
            "OneNode",
            str(home),
        ]
        with (self.folder / f"node{number}.log").open("ab") as log:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        _started.append(process)
        (self.folder / f"node{number}.pid").write_text(str(process.pid))

    def _settings(self, number: int) -> dict[str, Any]:
        settings: dict[str, Any] = {
            "cluster.name": NAME,
            "node.name": f"node{number}",
            "network.host": "127.0.0.1",
            "http.port": self.http + number,
            "transport.port": self.transport + number,
            "node.processors": 2,
            # a full disk of the machine that tests is no matter of the tests, but for the one that sets the mark itself
            "cluster.routing.allocation.disk.threshold_enabled": False,
            "action.auto_create_index": False,
            # two kills in a row must be noticed within the time that a test waits
            "cluster.fault_detection.follower_check.interval": "500ms",
            "cluster.fault_detection.leader_check.interval": "500ms",
        }
        if not self.lasting:
            # so little that a large build is rejected in part, as on a cluster that has much to do
            settings["indexing_pressure.memory.limit"] = "12mb"
        if self.nodes == 1:
            return {**settings, "discovery.type": "single-node"}
        numbers = range(1, self.nodes + 1)
        return {
            **settings,
            "discovery.seed_hosts": [f"127.0.0.1:{self.transport + n}" for n in numbers],
            "cluster.initial_cluster_manager_nodes": [f"node{n}" for n in numbers],
        }

    def wait(self, conditions: str, seconds: float = 120) -> dict[str, Any]:
        """Waits until the health of the cluster is as told, asking any node; gives it. Raises ClusterFailed after so many seconds."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for number in range(1, self.nodes + 1):
                try:
                    with urllib.request.urlopen(
                        f"http://{self.host(number)}/_cluster/health?{conditions}&timeout=2s", timeout=10
                    ) as answer:
                        health: dict[str, Any] = json.load(answer)
                except OSError:
                    continue
                if not health["timed_out"]:
                    return health
            if not any(self.runs(number) for number in range(1, self.nodes + 1)):
                break
            time.sleep(0.2)
        raise ClusterFailed(
            f"The cluster did not come to {conditions} within {seconds:.0f} s. Its nodes write to {self.folder}/node*.log."
        )

    def pid(self, number: int) -> int:
        """The process of a node, 0 where it does not run."""
        try:
            pid = int((self.folder / f"node{number}.pid").read_text())
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except (OSError, ValueError, IndexError):
            return 0
        return pid if state != "Z" and b"OneNode" in command else 0

    def runs(self, number: int) -> bool:
        return self.pid(number) > 0

    def signal(self, number: int, sign: int) -> None:
        if pid := self.pid(number):
            os.kill(pid, sign)

    def kill(self, number: int) -> None:
        """Ends a node as a failure of its machine would. Raises ClusterFailed where it does not run here."""
        if not self.runs(number):
            raise ClusterFailed(f"Node {number} of {self.folder} does not run.")
        self.signal(number, signal.SIGKILL)
        self._gone([number], 10)

    def stop(self, wipe: bool = False) -> None:
        """Ends all nodes; with `wipe` their data goes, too."""
        numbers = list(range(1, self.nodes + 1))
        for number in numbers:
            self.signal(number, signal.SIGTERM)
        if not self._gone(numbers, 30):
            for number in numbers:
                self.signal(number, signal.SIGKILL)
            self._gone(numbers, 10)
        if wipe:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _gone(self, numbers: list[int], seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while any(map(self.runs, numbers)):
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        return True


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=("start", "stop", "status"))
    parser.add_argument("--nodes", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--http", type=int, default=9200, help="the port before that of the first node")
    parser.add_argument("--transport", type=int, default=9300)
    parser.add_argument("--heap", default=HEAP)
    parser.add_argument("--lasting", action="store_true", help="for measurements")
    parser.add_argument("--wipe", action="store_true", help="with stop: remove the data as well")
    given = parser.parse_args()
    cluster = Cluster(given.folder.absolute(), given.nodes, given.http, given.transport, given.heap, given.lasting)
    try:
        if given.command == "start":
            began = time.monotonic()
            cluster.start()
            print(
                f"{given.nodes} nodes after {time.monotonic() - began:.0f} s: {', '.join(cluster.hosts)}",
                file=sys.stderr,
            )
        elif given.command == "stop":
            cluster.stop(given.wipe)
        else:
            for number in range(1, given.nodes + 1):
                print(f"{cluster.host(number)} {'runs' if cluster.runs(number) else 'is stopped'}")
    except (ClusterFailed, subprocess.CalledProcessError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
