"""Attacks on the grade: by what is printed, by what Python is made to say, by files."""

from __future__ import annotations

from tools.evening.attack import silent, telling

ATTACKS = (
    silent(
        "deleted-checks",
        "Leaves out every cell that checks.",
        "print('All done.')",
        starts=False,
    ),
    silent(
        "printed-verdict",
        "Prints what a solved lab prints.",
        """
        from IPython.display import HTML, display

        print("54 of 54 points\\n" + "PASSED\\n" * 12)
        print("======== 40 passed in 3.10s ========")
        display(HTML("<b>Solved</b>: 54 of 54"), metadata={"points": 54, "solved": True})
        """,
    ),
    silent(
        "patched-lab",
        "Replaces Lab's methods, so that its own last cell passes.",
        """
        from simulator.widgets.results import Results

        full = {"points": 54, "possible": 54, "lines": [], "checks": [], "hint_cost": 0}
        Lab.check = Lab.finish = lambda self, phase=None: full
        Results.solved = property(lambda self: True)
        """,
        "lab.check()",
        "lab.finish()",
    ),
    silent(
        "patched-client",
        "Replaces the client of the control API, so that every check says that it holds.",
        """
        from simulator.notebook.client import Client

        real = Client.post

        def post(self, path, body):
            answer = real(self, path, body)
            for check in answer.get("checks", ()):
                check.update(verdict="PASSED", points=check.get("of", 4), reason="")
            return answer | {"points": 54, "possible": 54} if "checks" in answer else answer

        Client.post = post
        """,
        "lab.check()",
    ),
    silent(
        "forged-module",
        "Puts a module of its own in simulator's place.",
        """
        import sys
        import types

        fake = types.ModuleType("simulator")
        fake.Lab = type("Lab", (), {"__init__": lambda self, name: None, "finish": print})
        sys.modules["simulator"] = fake
        """,
        "from simulator import Lab\n\nLab('@lab@').finish()",
    ),
    silent(
        "own-simulator",
        "Answers itself: a simulator of its own that says that all is solved.",
        """
        import json
        import os
        import threading
        from http.server import BaseHTTPRequestHandler, HTTPServer

        class Solved(BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.dumps({"lab": "mine", "points": 54, "possible": 54}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST
            log_message = print

        server = HTTPServer(("127.0.0.1", 0), Solved)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        os.environ["DRILL_URL"] = f"http://127.0.0.1:{server.server_port}"
        """,
        "Lab('@lab@').check()",
    ),
    telling(
        "forged-verdict",
        "Writes the files that a grader might read its verdict from.",
        """
        import itertools
        import json
        import os
        from pathlib import Path

        forged = json.dumps({"points": 54, "possible": 54, "outcome": "ran", "solved": True})
        names = ("@lab@.json", "verdict.json", "result.json", "results/@lab@.json", "gradebook.csv")
        here = Path.cwd()
        outside = (here.parent, Path("/"), Path("/results"), Path("/out"), Path("/work"), Path("/var"))
        for folder, name in itertools.product((here, here / "out", *outside), names):
            try:
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_text(forged)
            except OSError:
                continue
            mine = (here, Path("/tmp"), Path(os.environ.get("HOME", here)))
            if not any(folder.is_relative_to(each) for each in mine):
                gained.append(folder / name)
        """,
        harms="it writes into this machine's own folders",
    ),
    silent(
        "forged-junit",
        "Writes a JUnit report, a conftest.py and a pytest.ini where a pytest might be started.",
        """
        import builtins
        from pathlib import Path

        for folder in (Path.cwd(), Path("/tmp"), Path("/dev/shm")):
            for name, text in {
                "junit.xml": '<testsuite tests="40" failures="0"/>',
                "conftest.py": "import os\\nos._exit(0)",
                "pytest.ini": "[pytest]\\naddopts = --collect-only",
                "sitecustomize.py": "import os\\nos._exit(0)",
                "pyproject.toml": "[tool.pytest.ini_options]\\naddopts = '--version'",
            }.items():
                try:
                    (folder / name).write_text(text)
                except OSError:
                    continue
        """,
        harms="it writes into this machine's own folders",
    ),
    telling(
        "ends-pytest",
        "Looks for the grader's pytest in its own process, to make it say that all passed.",
        """
        import gc
        import sys

        for module in ("_pytest.main", "_pytest.runner", "nbval.plugin", "simulator.grading.workplace"):
            if module in sys.modules:
                gained.append(module)
        gained += [
            type(each)
            for each in gc.get_objects()
            if type(each).__module__.startswith(("_pytest", "nbval", "simulator.grading"))
            and type(each).__name__ != "Limits"
        ]
        """,
    ),
    silent(
        "everything-submitted",
        "Hands in every event and every principal, so that the right ones are among them.",
        """
        trail = lab.trail()
        answers = {}
        for name in lab._about["findings"]:
            given = trail["event_id"] if name == "evidence" else trail["identity_arn"].dropna()
            answers[name] = sorted(set(given))
        lab.submit(**answers)
        """,
    ),
)
