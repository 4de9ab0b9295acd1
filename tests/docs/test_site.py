"""The site builds without a warning, its links lead somewhere, and no page loads from another host."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOADED = re.compile(r"<(?:script|img|iframe|link)\b[^>]*\b(?:src|href)=[\"']?(https?:)?//[^\"'>\s]+", re.IGNORECASE)
TEXT = re.compile(r"[\u4e00-\u9fff]")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    pytest.importorskip("material", reason="the extra 'docs' is not installed")
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)],
        cwd=ROOT, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_every_page_of_the_docs_is_there(site):
    for page in (ROOT / "docs").rglob("*.md"):
        name = page.relative_to(ROOT / "docs")
        if name.parts[0] == "assets":
            continue
        target = site / name.parent / ("index.html" if name.stem == "index" else f"{name.stem}/index.html")
        assert target.is_file(), name


def test_no_page_loads_anything_from_another_host(site):
    for page in site.rglob("*.html"):
        for match in LOADED.finditer(page.read_text(encoding="utf-8")):
            tag = match[0]
            assert "canonical" in tag or 'rel="alternate"' in tag, f"{page.relative_to(site)}: {tag}"


def test_the_mathematics_script_is_on_the_formulation_page(site):
    page = (site / "reference" / "formulation" / "index.html").read_text(encoding="utf-8")
    assert "katex.min.js" in page
    assert page.count('class="arithmatex"') > 20
    assert (site / "assets" / "katex" / "katex.min.js").stat().st_size > 100_000


def test_every_formula_can_be_read(site):
    """KaTeX reads every formula of every page; the same script runs in the reader's browser."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("no Node.js on this machine to run KaTeX with")
    program = r"""
    const fs = require("fs");
    const katex = require(process.argv[1]);
    const marks = { lt: "<", gt: ">", quot: '"', amp: "&" };
    const unescape = (text) => text.replace(/&(lt|gt|quot|amp);/g, (_, name) => marks[name]);
    let count = 0;
    for (const file of process.argv.slice(2)) {
      for (const match of fs.readFileSync(file, "utf8").matchAll(/class="arithmatex">([\s\S]*?)<\/(?:span|div)>/g)) {
        const text = unescape(match[1].trim()).slice(2, -2);
        try { katex.renderToString(text, { output: "mathml", throwOnError: true, strict: "ignore" }); count += 1; }
        catch (error) { console.error(file + ": " + text + ": " + error.message); process.exitCode = 1; }
      }
    }
    console.log(count);
    """
    pages = [str(path) for path in site.rglob("*.html") if "arithmatex" in path.read_text(encoding="utf-8")]
    script = str(ROOT / "docs" / "assets" / "katex" / "katex.min.js")
    done = subprocess.run([node, "-e", program, script, *pages], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 40


def test_chinese_pages_are_chinese(site):
    for name in ("zh/index.html", "zh/first-steps/index.html"):
        assert len(TEXT.findall((site / name).read_text(encoding="utf-8"))) > 300
