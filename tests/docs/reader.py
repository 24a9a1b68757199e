"""Somebody who follows a page: writes its files, types its commands and runs its Python, in a folder of their own."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from code import InteractiveInterpreter
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

import pytest

from acr_identity.cli import main
from docs.comparing import difference
from docs.pages import EXAMPLES, Fence, Page, commands_of

_FILE = re.compile(r"# (\S+\.(?:yaml|yml|json|py|sh))\n")
_LOCAL_AZURE = "127.0.0.1:8443"
_SETTING = re.compile(r"([A-Z][A-Z0-9_]*)=(.*)", re.DOTALL)
_OF_THE_SHELL = {"cat", "cp", "grep", "ls", "mkdir", "rm", "sed"}


def file_name(content: str) -> str | None:
    """Return the file that the first line of a block names."""
    named = _FILE.match(content)
    return named[1] if named else None


class _Notebook(InteractiveInterpreter):
    """Runs blocks of Python in one namespace and lets what they raise through."""

    def showtraceback(self) -> NoReturn:
        _, error, _ = sys.exc_info()
        assert error is not None
        raise error

    def showsyntaxerror(self, filename: str | None = None, **_: object) -> NoReturn:
        raise SyntaxError(filename)


@dataclass
class Reader:
    """Follows one page from its top to its end."""

    folder: Path
    settings: pytest.MonkeyPatch
    local_azure: str = ""
    code: int = 0
    notebook: _Notebook = field(default_factory=lambda: _Notebook({"__name__": "__main__"}))

    def __post_init__(self) -> None:
        skipped = shutil.ignore_patterns(".acr_identity")
        shutil.copytree(EXAMPLES, self.folder / "examples", ignore=skipped)
        self.settings.chdir(self.folder)
        self.settings.setenv("COLUMNS", "80")
        self.settings.setenv("LC_ALL", "C.UTF-8")
        self.settings.setenv("NO_PROXY", "127.0.0.1")
        for name in ("ACR_IDENTITY_CLOUD", "NO_COLOR", *(name for name in os.environ if name.startswith("AZURE_"))):
            self.settings.delenv(name, raising=False)

    def follow(self, page: Page) -> list[str]:
        """Do what the page says and return how it differs from what happens."""
        found = [problem for fence in page.fences for problem in self._do(page, fence)]
        if self.code:
            found.append(f"{page}: the last command ends with {self.code}: show it with `echo $?`")
        return found

    def _do(self, page: Page, fence: Fence) -> list[str]:
        match fence.language:
            case "console":
                return self._type(page, fence)
            case "python" if file_name(fence.content) is None:
                return self._run(page, fence)
            case "yaml" | "python" | "bash":
                self.write(fence.content)
                return []
            case _:
                return []

    def write(self, content: str) -> Path | None:
        """Write a block to the file that its first line names, and return the file."""
        name = file_name(content)
        if name is None:
            return None
        path = self.folder / name
        path.write_text(content.replace(_LOCAL_AZURE, self.local_azure or _LOCAL_AZURE), encoding="utf-8")
        return path

    def _run(self, page: Page, fence: Fence) -> list[str]:
        printed = io.StringIO()
        place = f"{page}:{fence.line}"
        with contextlib.redirect_stdout(printed):
            self.notebook.runsource(fence.content, place, "exec")
        unlike = difference(fence.output, printed.getvalue())
        return [f"{place}:\n{unlike}"] if unlike else []

    def _type(self, page: Page, fence: Fence) -> list[str]:
        found = []
        for shown in commands_of(fence.content):
            place = f"{page}:{fence.line}: $ {shown.command}"
            if self.code and shown.command != "echo $?":
                found.append(f"{place}\nthe command before ended with {self.code}: show it with `echo $?`")
            unlike = difference(shown.output, self.enter(shown.command))
            if unlike:
                found.append(f"{place}\n{unlike}")
        return found

    def enter(self, command: str) -> str:
        """Type a command and return what a terminal shows."""
        words = shlex.split(command)
        match words:
            case ["echo", "$?"]:
                code, self.code = self.code, 0
                return f"{code}\n"
            case ["cd", folder]:
                self.settings.chdir(Path.cwd() / folder)
                return ""
            case ["export", setting] if named := _SETTING.fullmatch(setting):
                self.settings.setenv(named[1], named[2])
                return ""
            case [setting, *rest] if named := _SETTING.fullmatch(setting):
                with self.settings.context() as context:
                    context.setenv(named[1], named[2])
                    return self.enter(shlex.join(rest))
            case ["acr-identity", *arguments] | [_, "-m", "acr_identity", *arguments]:
                return self._acr_identity(arguments)
            case [name, *_] if name in _OF_THE_SHELL or name == "pytest":
                return self._process([sys.executable, "-m", *words] if name == "pytest" else ["/bin/sh", "-c", command])
            case _:
                raise LookupError(f"no page may say `{command}`: the reader does not know it")

    def _process(self, words: list[str]) -> str:
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        self.code = done.returncode
        return done.stdout + done.stderr

    def _acr_identity(self, arguments: list[str]) -> str:
        terminal = io.StringIO()
        streams, files = {">": terminal, "2>": terminal}, {}
        while arguments[-2:-1] in ([">"], ["2>"]):
            *arguments, arrow, file = arguments
            streams[arrow] = files[file] = io.StringIO()
        with contextlib.redirect_stdout(streams[">"]), contextlib.redirect_stderr(streams["2>"]):
            self.code = main(arguments)
        for file, written in files.items():
            Path(file).write_text(written.getvalue(), encoding="utf-8")
        return terminal.getvalue()
