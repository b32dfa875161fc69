"""Claim: from a wheel, from a source archive and from an editable checkout alike, every shipped system is found."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from package_source import ROOT

KEPT = (
    "invarieq",
    "systems",
    "grammars",
    "pyproject.toml",
    "README.md",
    "LICENSE",
    "CHANGELOG.md",
    "CITATION.cff",
    "Makefile",
    ".gitignore",
)
SHIPPED = sorted(p.stem for p in (ROOT / "systems").iterdir() if p.suffix in {".py", ".toml"} and not p.name.startswith("_"))
WHERE = "import json, invarieq, invarieq.catalog as c; print(json.dumps([invarieq.__file__, str(c.root())]))"


def run(*command: object, cwd: Path) -> str:
    """Standard output of a program that must succeed, without this session's PYTHONPATH."""
    hidden = {"PYTHONPATH", "PYTHONHOME", "PIP_REQUIRE_VIRTUALENV"}
    environment = {k: v for k, v in os.environ.items() if k not in hidden} | {
        "PIP_NO_INDEX": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }
    done = subprocess.run(
        [*map(str, command)], cwd=cwd, env=environment, capture_output=True, encoding="utf-8", timeout=900, check=False
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@dataclass(frozen=True, slots=True)
class Environment:
    """A virtual environment that sees the packages of this one behind its own."""

    folder: Path

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    def install(self, *what: object) -> None:
        run(
            sys.executable,
            "-m",
            "pip",
            "--python",
            self.python,
            "install",
            "-q",
            "--no-deps",
            "--no-build-isolation",
            "--ignore-installed",
            *what,
            cwd=self.folder,
        )

    def systems(self) -> list[str]:
        elsewhere = self.folder / "elsewhere"
        elsewhere.mkdir(exist_ok=True)
        found = [s["name"] for s in json.loads(run(self.python, "-m", "invarieq", "systems", "--json", cwd=elsewhere))]
        assert run(self.folder / "bin" / "invarieq", "--version", cwd=elsewhere).startswith("invarieq ")
        return sorted(found)

    def places(self) -> tuple[Path, Path]:
        """Where the package is imported from, and the root of its catalog."""
        package, catalog = json.loads(run(self.python, "-c", WHERE, cwd=self.folder))
        return Path(package).parent, Path(catalog)


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    folder = tmp_path / "environment"
    run(sys.executable, "-m", "venv", "--without-pip", folder, cwd=tmp_path)
    made = Environment(folder)
    site = Path(run(made.python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=tmp_path).strip())
    # A .pth adds the folder only: an editable invarieq of the outer environment stays out of sight.
    (site / "outer.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what is needed to build, so that a build writes nothing here."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in KEPT:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name)
        else:
            shutil.copy2(ROOT / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def archives(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel and a source archive built from the checkout."""
    folder = tmp_path_factory.mktemp("archives")
    run(sys.executable, "-m", "build", "--no-isolation", "--wheel", "--sdist", "--outdir", folder, cwd=checkout)
    return folder


def test_a_wheel_holds_the_package_and_its_catalog_and_nothing_else(archives: Path) -> None:
    (wheel,) = archives.glob("*.whl")
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    modules = {p.relative_to(ROOT).as_posix() for p in (ROOT / "invarieq").rglob("*.py")} | {"invarieq/py.typed"}
    shipped = {
        p.relative_to(ROOT)
        for kind in ("systems", "grammars")
        for p in (ROOT / kind).rglob("*")
        if p.suffix in {".py", ".toml", ".md"}
    }
    assert names == modules | {f"invarieq/_catalog/{p.as_posix()}" for p in shipped}


@pytest.mark.parametrize("pattern", ["*.whl", "*.tar.gz"], ids=["wheel", "sdist"])
def test_an_installed_archive_finds_every_shipped_system_from_any_folder(
    archives: Path, environment: Environment, pattern: str
) -> None:
    (archive,) = archives.glob(pattern)
    environment.install(archive)
    assert environment.systems() == SHIPPED
    package, catalog = environment.places()
    assert package.is_relative_to(environment.folder)
    assert catalog == package / "_catalog"
    assert (catalog / "grammars").is_dir()


def test_an_editable_install_finds_every_shipped_system_from_any_folder(checkout: Path, environment: Environment) -> None:
    environment.install("--editable", checkout)
    assert environment.systems() == SHIPPED
    package, catalog = environment.places()
    assert (package, catalog) == (checkout / "invarieq", checkout)
    assert (catalog / "grammars").is_dir()
