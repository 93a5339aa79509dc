"""A server that is reached by TCP: both ends notice within seconds that the other is gone."""

import os
import socket
import unittest

from pg import Cluster, Project
from served import wait_until

CLOCK_TICKS = os.sysconf("SC_CLK_TCK")
KEEPALIVE = "02"  # the kind of timer in /proc/net/tcp


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def socket_inodes(pid):
    """The inodes of a process's sockets."""
    found = set()
    for entry in os.scandir(f"/proc/{pid}/fd"):
        target = os.readlink(entry.path)
        if target.startswith("socket:["):
            found.add(target[len("socket:["):-1])
    return found


def keepalive_seconds(pid, port):
    """Seconds until the next keepalive probe of the process's connection to a port; None without one."""
    inodes = socket_inodes(pid)
    with open("/proc/net/tcp", encoding="ascii") as table:
        for line in list(table)[1:]:
            fields = line.split()
            if int(fields[2].split(":")[1], 16) == port and fields[9] in inodes:
                timer, left = fields[5].split(":")
                return int(left, 16) / CLOCK_TICKS if timer == KEEPALIVE else None
    return None


class OverTcp(unittest.TestCase):
    def setUp(self):
        self.cluster = Cluster(settings=["listen_addresses=127.0.0.1"])
        self.cluster.port = free_port()
        self.enterContext(self.cluster)
        database = self.cluster.create_database()
        self.project = self.enterContext(Project(self.cluster, database))
        self.project.revision("aaaa", None,
                              "CREATE TABLE seen AS SELECT current_setting('tcp_keepalives_idle') AS idle,"
                              " current_setting('tcp_keepalives_interval') AS interval,"
                              " current_setting('tcp_keepalives_count') AS count, inet_server_port() AS port;")

    def configure(self, options=""):
        url = f"postgresql://postgres@127.0.0.1:{self.cluster.port}/{self.project.database}?sslmode=disable{options}"
        self.project.write_config(f'[databases.main]\nurl = "{url}"\n')

    def test_the_server_looks_after_its_client(self):
        self.configure()
        self.project.run("upgrade", "heads")
        self.assertEqual(self.cluster.rows(self.project.database, "SELECT * FROM seen"),
                         [("5", "1", "3", str(self.cluster.port))])

    def probe_while_waiting(self, options):
        """The seconds until a probe of an upgrade that waits for a table's lock."""
        self.configure(options)
        self.project.revision("bbbb", "aaaa", "ALTER TABLE seen ADD COLUMN more int;")
        self.project.run("upgrade", "aaaa")
        with self.cluster.connect(self.project.database) as holder:
            holder.autocommit = False
            with holder.cursor() as cursor:
                cursor.execute("LOCK TABLE seen")
            upgrade = self.project.start("upgrade", "bbbb")
            self.addCleanup(upgrade.communicate)
            wait_until("the upgrade waits for the table", lambda: self.cluster.psql(
                self.project.database, "SELECT 1 FROM pg_locks WHERE NOT granted AND locktype = 'relation'"))
            # What was just sent has a timer of its own until it is acknowledged.
            return wait_until("a keepalive timer runs",
                              lambda: keepalive_seconds(upgrade.pid, self.cluster.port))

    def test_the_client_looks_after_its_server(self):
        self.assertLessEqual(self.probe_while_waiting(""), 5)

    def test_a_users_own_keepalives_win(self):
        self.assertGreater(self.probe_while_waiting("&keepalives_idle=1000&tcp_user_timeout=0"), 900)


if __name__ == "__main__":
    unittest.main()
