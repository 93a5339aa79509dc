"""deploy/kubernetes: every object is one of Kubernetes' API, names that belong together match, and what the files
ask a daemon for, a daemon with their configuration answers."""

import re
import shutil
import subprocess
import tomllib
import unittest
from pathlib import Path

import kubernetes.client
import yaml

from served import TOKENS, DaemonTest, token_sections

FOLDER = Path(__file__).resolve().parents[2] / "deploy" / "kubernetes"
OBJECTS = [(file.name, one) for file in sorted(FOLDER.glob("*.yaml")) for one in yaml.safe_load_all(file.read_text())]
SCALARS = {"str": str, "int": int, "bool": bool}


def model_of(one):
    """The API's model of an object: apps/v1 Deployment → V1Deployment."""
    version = one["apiVersion"].rpartition("/")[2]
    return version[:1].upper() + version[1:] + one["kind"]


def faults(value, wanted, where=""):
    """What is wrong with a value for the API's type `wanted`, as texts."""
    if wanted == "object" and isinstance(value, (int, str)):
        return []  # an int or a string
    if wanted.startswith("list["):
        if not isinstance(value, list):
            return [f"{where} is no list"]
        return [fault for at, each in enumerate(value) for fault in faults(each, wanted[5:-1], f"{where}[{at}]")]
    if not wanted.startswith("V"):
        scalar = SCALARS.get(wanted)
        if scalar:
            return [] if type(value) is scalar else [f"{where} is no {wanted}"]
    if not isinstance(value, dict):
        return [f"{where} is no mapping"]
    if wanted.startswith("dict("):
        return [fault for key, each in value.items() for fault in faults(each, wanted[5:-1].split(", ")[1], f"{where}.{key}")]
    model = getattr(kubernetes.client, wanted)
    members = {name: model.openapi_types[attribute] for attribute, name in model.attribute_map.items()}
    found = [fault for name, each in value.items() for fault in (
        faults(each, members[name], f"{where}.{name}") if name in members else [f"{where} has no member {name}"])]
    attributes = {attribute: value[name] for attribute, name in model.attribute_map.items() if name in value}
    try:
        model(**attributes)  # knows what must be there
    except ValueError as error:
        found.append(f"{where}: {error}")
    return found


def everything(value, name):
    """All values of members called `name`, at any depth."""
    if isinstance(value, list):
        return [found for each in value for found in everything(each, name)]
    if not isinstance(value, dict):
        return []
    return [each for key, each in value.items() if key == name] + everything(list(value.values()), name)


def object_of(kind, name):
    return next(one for _, one in OBJECTS if (one["kind"], one["metadata"].get("name")) == (kind, name))


class Files(unittest.TestCase):
    def test_each_object_is_one_of_the_api(self):
        self.assertEqual([one["kind"] for _, one in OBJECTS],
                         ["Deployment", "Job", "ConfigMap", "ConfigMap", "Deployment", "Service"])
        for file, one in OBJECTS:
            with self.subTest(file=file, kind=one["kind"]):
                self.assertEqual(faults(one, model_of(one)), [])

    def test_a_wrong_object_is_seen(self):
        for wrong, why in (({"spec": {"replica": 2}}, "has no member replica"),
                           ({"spec": {"replicas": "2"}}, "replicas is no int"),
                           ({"spec": {"template": {"spec": {"containers": [{"image": "x"}]}}}}, "`name`, must not be"),
                           ({"spec": {"template": {}}}, "`selector`, must not be")):
            with self.subTest(wrong):
                self.assertIn(why, " ".join(faults(wrong, "V1Deployment")))

    def test_a_pod_has_the_volumes_that_it_mounts(self):
        for file, one in OBJECTS:
            for pod in everything(one, "template"):
                with self.subTest(file):
                    volumes = [each["name"] for each in pod["spec"].get("volumes", [])]
                    mounts = {each["name"] for found in everything(pod, "volumeMounts") for each in found}
                    self.assertEqual(sorted(volumes), sorted(mounts))
                    self.assertEqual(everything(pod, "subPath"), [], "which never changes")

    def test_secrets_are_those_that_the_readme_makes(self):
        readme = (FOLDER / "README.md").read_text()
        made = dict(re.findall(r"create secret generic (\S+) --from-\w+=([\w.]+)", readme))
        asked = {each["secretName"] for _, one in OBJECTS for each in everything(one, "secret")}
        self.assertEqual(asked, set(made))
        used = "\n".join(file.read_text() for file in FOLDER.glob("*.yaml"))
        for name, file in made.items():
            mount = name.removeprefix("revisiond-")
            self.assertIn(f"/run/secrets/{mount}/{file}", used)

    def test_selectors_labels_ports_and_times_match(self):
        deployment, service = object_of("Deployment", "revisiond"), object_of("Service", "revisiond")
        for _, one in OBJECTS:
            if one["kind"] == "Deployment":
                self.assertEqual(one["spec"]["selector"]["matchLabels"], one["spec"]["template"]["metadata"]["labels"])
        self.assertEqual(service["spec"]["selector"], deployment["spec"]["selector"]["matchLabels"])
        self.assertEqual(deployment["spec"]["replicas"], 2)
        container, = deployment["spec"]["template"]["spec"]["containers"]
        config = tomllib.loads(object_of("ConfigMap", "revisiond")["data"]["config.toml"])
        port = int(config["server"]["listen"].rpartition(":")[2])
        self.assertEqual(container["ports"], [{"name": "http", "containerPort": port}])
        self.assertEqual(service["spec"]["ports"], [{"name": "http", "port": port, "targetPort": "http"}])
        template = deployment["spec"]["template"]
        self.assertEqual(template["metadata"]["annotations"]["prometheus.io/port"], str(port))
        budget = int(config["server"]["shutdown_timeout"].removesuffix("s"))
        self.assertGreater(template["spec"]["terminationGracePeriodSeconds"], budget)
        self.assertIn(service["metadata"]["name"], config["server"]["hosts"])
        for url in re.findall(r"http://([\w.]+):(\d+)", "".join(file.read_text() for file in FOLDER.glob("*.yaml"))):
            self.assertEqual(url, ("revisiond", str(port)))

    def test_the_limit_of_a_configmap_is_said(self):
        for name in ("migrations-configmap.yaml", "README.md"):
            self.assertIn("1 MiB", (FOLDER / name).read_text())

    def test_the_images_start_what_the_dockerfile_has(self):
        stage = (FOLDER.parents[1] / "Dockerfile").read_text().rpartition("FROM ")[2]
        user = re.search(r"^USER (\d+)", stage, re.MULTILINE)[1]
        for file in ("revisiond.yaml", "apply-job.yaml"):
            users = [each for name, one in OBJECTS if name == file for each in everything(one, "runAsUser")]
            self.assertEqual(users, [int(user)])
        mounts = [each["mountPath"] for found in everything(object_of("Deployment", "revisiond"), "volumeMounts") for each in found]
        config = re.search(r'"-c", "(.+)/config.toml"', stage)[1]
        self.assertIn(config, mounts)


class Served(DaemonTest):
    """A daemon with the files' configuration, and their requests."""

    def setUp(self):
        self.files = self.project()
        text = object_of("ConfigMap", "revisiond")["data"]["config.toml"]
        for there, here in (('"/run/secrets/database/url"', '"url"'), ('"/migrations"', '"migrations"'),
                            ("0.0.0.0:7433", "127.0.0.1:0"), ('"/run/secrets/tokens/tokens.toml"', '"tokens.toml"')):
            self.assertIn(there, text)
            text = text.replace(there, here)
        (self.files.directory / "url").write_text(self.cluster.url(self.files.database))
        tokens = self.files.directory / "tokens.toml"
        tokens.write_text(token_sections())
        tokens.chmod(0o600)
        self.daemon_ = self.daemon(self.files, config=text)

    def test_probes_are_answered_without_a_token(self):
        deployment = object_of("Deployment", "revisiond")
        probes = everything(deployment, "livenessProbe") + everything(deployment, "readinessProbe")
        self.assertEqual([probe["httpGet"]["path"] for probe in probes], ["/livez", "/readyz"])
        for probe in probes:
            # As kubelet asks: by the pod's address.
            self.daemon_.until(probe["httpGet"]["path"], lambda a: a.status == 200, token=None, headers={"Host": "10.1.2.3:7433"})
        self.assertEqual(self.daemon_.get("/metrics", token=None).status, 200)

    def test_the_job_applies_and_the_application_waits(self):
        wait = everything(object_of("Deployment", "application"), "initContainers")[0][0]
        script = wait["command"][2].replace("http://revisiond:7433", self.daemon_.url)
        self.assertIn(self.daemon_.url, script)
        busybox = shutil.which("busybox")
        for program in ("wget", "sleep"):
            (self.files.directory / program).symlink_to(busybox)
        pod = subprocess.Popen([busybox, *wait["command"][:2], script],
                               env={"REVISION": "bbbb", "PATH": str(self.files.directory)},
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(pod.communicate)
        self.addCleanup(pod.kill)
        arguments = everything(next(one for _, one in OBJECTS if one["kind"] == "Job"), "args")[0]
        token = self.files.directory / "token"
        self.daemon_.await_files()
        for scope, code in (("plan", 1), ("apply", 0)):
            token.write_text(TOKENS[scope])
            here = {"http://revisiond:7433": self.daemon_.url, "/run/secrets/client/token": str(token)}
            self.assertIsNone(pod.poll())
            self.files.run(*(here.get(each, each) for each in arguments), check=code)
        self.assertEqual(pod.wait(60), 0, "it is let through")


if __name__ == "__main__":
    unittest.main()
