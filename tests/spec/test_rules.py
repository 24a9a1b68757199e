"""Each rule for a spec, with the whole message that it leads to."""

import pytest

from spec.samples import GROUP, HEAD, SUBSCRIPTION, mistakes_in, with_task

_ONE_OF = "`file`, `command`, `git` or `docker`"
_LITERAL = (
    "A secret is never written into the spec. "
    "Write {env: NAME} for an environment variable or {vault: …, secret: …} for a key vault."
)
_REPOSITORIES = "Use lower-case letters and digits with . _ - / between them; team/* means all below team/."
_ADD_IDENTITY = "Add `identity: system` to the task, or the name of a user-assigned one."


@pytest.mark.parametrize(
    "line",
    [
        "command: alpine",
        "command: alpine, identity: one",
        "command: alpine, identity: [one, system], pull: other, secrets: {kv1: A}",
        "command: alpine, identity: [one, two], secrets: {kv1: {names: [A, B], identity: two}}",
        "command: alpine, identity: system, source_login: none, pull: [myregistry]",
        "command: alpine, credentials: {docker.io: {user_name: {env: A}, password: {env: B}}}",
        "command: alpine, values: {A: '1', B: '', C: {env: C}}, enabled: no, timeout: 28800",
        "command: alpine, platform: {os: Windows, architecture: '386'}, agent: {cpu: 2, pool: mypool}",
        "command: alpine, triggers: {timers: ['0 21 * * *', {schedule: '* * * * *', name: x}], base_image: all}",
        "git: {context: 'https://github.com/a/b.git#main', file: task.yaml, token: {env: T}}, values: {A: b}",
        "docker: {context: 'https://github.com/a/b.git', images: 'hello:{{.Run.ID}}'}",
        "docker: {context: 'https://github.com/a/b.git', push: false, arguments: {A: b, C: {env: D}}}",
    ],
)
def test_a_task_that_keeps_the_rules_has_no_mistake(line: str) -> None:
    assert mistakes_in(with_task(line)) == []


@pytest.mark.parametrize(
    ("line", "messages"),
    [
        # steps
        ("tags: {}", [f"7:2: The task has nothing to run. Add {_ONE_OF}."]),
        ("command: ", [f"7:2: The task has nothing to run. Add {_ONE_OF}."]),
        (
            "command: c, docker: {context: 'https://a.b/c', push: false}",
            [f"8:15: `docker` cannot stand beside `command`. A task has one of {_ONE_OF}."],
        ),
        (
            "docker: {context: 'https://a.b/c', push: false}, values: {A: b}",
            ["8:52: A Dockerfile takes no values. Use `docker.arguments`."],
        ),
        (
            "docker: {context: 'https://a.b/c'}",
            ["8:11: The image that is pushed has no name. Add `images: [name:tag]`, or write `push: false`."],
        ),
        ("file: no.yaml", ["8:9: There is no file 'no.yaml'. Paths are relative to the spec."]),
        ("file: .", ["8:9: '.' is a folder. Name the file."]),
        ("file: {a: b}", ["8:9: Expected the path of a task file. Write `file: task.yaml`."]),
        ("command: ' '", ["8:12: This is not a usable text. Use at least one visible character."]),
        (
            "git: {context: ., file: a}",
            [
                (
                    "8:18: This is not the address of a repository. Use an address such as "
                    "https://github.com/owner/repository.git#main; a login does not belong into it, use `token`."
                )
            ],
        ),
        # references
        (
            "command: c, identity: [tow, one]",
            ["8:26: The identity 'tow' is not among `identities`. Did you mean 'two'?"],
        ),
        (
            "command: c, identity: one, pull: [othr]",
            ["8:37: The registry 'othr' is not among `registries`. Did you mean 'other'?"],
        ),
        (
            "command: c, identity: one, pull: [{registry: zzz}]",
            ["8:48: The registry 'zzz' is not among `registries`. Add it to `registries`."],
        ),
        (
            "command: c, identity: one, secrets: {KV1: [A]}",
            ["8:40: The vault 'KV1' is not among `vaults`. Did you mean 'kv1'?"],
        ),
        (
            "command: c, identity: one, credentials: {a.io: {user_name: {env: A}, password: {vault: kv, secret: B}}}",
            ["8:90: This vault is not among `vaults`. Did you mean 'kv2'?"],
        ),
        # identities
        ("command: c, pull: [other]", [f"8:15: `pull` needs an identity. {_ADD_IDENTITY}"]),
        ("command: c, secrets: {kv1: [A]}", [f"8:15: `secrets` needs an identity. {_ADD_IDENTITY}"]),
        (
            "command: c, credentials: {a.io: {user_name: {env: A}, password: {vault: kv1, secret: B}}}",
            [f"8:15: `credentials` needs an identity. {_ADD_IDENTITY}"],
        ),
        (
            "command: c, identity: [one, one]",
            ["8:31: The identity 'one' is given twice. Leave one out."],
        ),
        (
            "command: c, identity: one, pull: [{registry: other, identity: system}]",
            ["8:65: The identity 'system' is not among those of the task. Add it to the `identity` of the task."],
        ),
        (
            "command: c, identity: one, secrets: {kv1: {names: A, identity: on}}",
            ["8:66: The identity 'on' is not among those of the task. Did you mean 'one'?"],
        ),
        (
            (
                "command: c, identity: one, "
                "credentials: {a.io: {user_name: {env: A}, password: {env: B}, identity: hunter2}}"
            ),
            ["8:102: This identity is not among those of the task. Add it to the `identity` of the task."],
        ),
        (
            "command: c, identity: [one, two], secrets: {kv1: [A]}",
            [
                (
                    "8:47: It is open which identity reads these secrets: the task has several. "
                    "Add `identity`, one of one and two."
                )
            ],
        ),
        (
            (
                "command: c, identity: [one, two], "
                "credentials: {a.io: {user_name: {env: A}, password: {vault: kv1, secret: B}}}"
            ),
            [
                (
                    "8:51: It is open which identity reads these secrets: the task has several. "
                    "Add `identity`, one of one and two."
                )
            ],
        ),
        # pulls
        (
            "command: c, identity: one, pull: [other, {registry: other, identity: one}]",
            ["8:55: The registry 'other' is given twice. Name all its repositories in one entry."],
        ),
        (
            "command: c, identity: one, pull: [{registry: other, repositories: [Team/App, 'team/*', 'team*']}]",
            [
                f"8:70: 'Team/App' is not the name of a repository. {_REPOSITORIES}",
                f"8:90: 'team*' is not the name of a repository. {_REPOSITORIES}",
            ],
        ),
        # secrets
        ("command: c, credentials: {a.io: {user_name: hunter2, password: {env: B}}}", [f"8:47: {_LITERAL}"]),
        ("command: c, credentials: {a.io: {user_name: 1, password: {env: B}}}", [f"8:47: {_LITERAL}"]),
        (
            "command: c, credentials: {a.io: {user_name: {env: A, vault: kv1}, password: {env: B}}}",
            ["8:47: Both `env` and `vault` are given. Keep the one that holds the secret."],
        ),
        (
            "command: c, credentials: {a.io: {user_name: {env: A}}}",
            ["8:29: The key `password` is missing. Add `password: …`."],
        ),
        (
            "command: c, identity: one, credentials: {a.io: {user_name: {env: A}, password: {vault: kv1}}}",
            ["8:72: The key `secret` is missing. Add `secret: …`."],
        ),
        (
            (
                "command: c, identity: system, "
                "credentials: {a.io: {user_name: {env: A}, password: {vault: kv1, secret: B, version: '1'}}}"
            ),
            ["8:118: This is not the version of a secret. Use its 32 hexadecimal digits."],
        ),
        (
            "command: c, credentials: {'https://a.io': {user_name: {env: A}, password: {env: B}}}",
            [
                (
                    "8:29: This is not a login server. "
                    "Use a host name such as docker.io, without https:// and without a path."
                )
            ],
        ),
        ("command: c, values: {A: 1}", ["8:27: Expected text. Put it in quotes."]),
        (
            "command: c, values: {A: {vault: kv1, secret: B}}",
            ["8:27: A value cannot come from a vault. Let the task file read it: list it under `secrets`."],
        ),
        (
            "command: c, values: {A: [b]}",
            [
                (
                    "8:27: Expected text. Write the text, {env: NAME} for a secret from an environment variable, or "
                    "{client_id_of: NAME} for the client id of an identity."
                )
            ],
        ),
        (
            "command: c, values: {A: {env: B-C}}",
            [
                (
                    "8:33: This is not the name of an environment variable. "
                    "Use letters, digits and _, not beginning with a digit."
                )
            ],
        ),
        (
            "git: {context: 'https://a.b/c', file: d, token: hunter2}",
            ["8:51: A secret is never written into the spec. Write {env: NAME} for an environment variable."],
        ),
        (
            "command: c, identity: one, secrets: {kv1: []}",
            ["8:45: Expected at least one entry. Add one, or leave the key out."],
        ),
        (
            "command: c, identity: one, secrets: {kv1: [a_b]}",
            ["8:46: This is not the name of a secret. Use 1 to 127 letters, digits and dashes."],
        ),
        (
            "command: c, identity: one, secrets: {kv1: [A, a_b]}",
            ["8:49: This is not the name of a secret. Use 1 to 127 letters, digits and dashes."],
        ),
        (
            "command: c, identity: [one, system], secrets: {kv1: [{names: A, identity: one}, {names: B, onw: true}]}",
            ["8:94: There is no key 'onw' here. Did you mean 'own'?"],
        ),
        (
            "command: c, identity: one, secrets: {kv1: [A, {names: B}]}",
            ["8:46: Expected a mapping, found text."],
        ),
        # client ids
        (
            "command: c, identity: one, values: {A: {client_id_of: two}}",
            ["8:57: This identity is not among those of the task. Add it to the `identity` of the task."],
        ),
        (
            "command: c, identity: [one, system], values: {A: {client_id_of: system}}",
            [
                (
                    "8:67: The task's own identity has no client id that is known. Name one of `identities`. "
                    "A step signs in as its own without any."
                )
            ],
        ),
        (
            "command: c, identity: one, values: {A: {client_id_of: [one]}}",
            ["8:57: Expected text, found a list."],
        ),
        # triggers
        (
            "command: c, triggers: {timers: ['0 0 * * *', {schedule: '60 * * * *', name: t1}]}",
            ["8:59: The minute 60 is above 59. An example is '0 21 * * *': each day at 21:00 UTC."],
        ),
        (
            "command: c, triggers: {timers: ['0 0 * * *', {schedule: '0 1 * * *', name: T1}]}",
            ["8:78: Two triggers are called 'T1'. Give each its own `name`."],
        ),
        ("command: c, triggers: {base_image: none}", ["8:38: Expected 'runtime' or 'all'."]),
        (
            "command: c, triggers: {sources: [{repository: 'https://github.com/c', events: [push], token: {env: A}}]}",
            ["8:82: Expected 'commit' or 'pullrequest'."],
        ),
        (
            "command: c, triggers: {sources: [{repository: 'https://github.com/c'}]}",
            ["8:36: The key `token` is missing. Add `token: …`."],
        ),
        # the rest
        ("command: c, timeout: 299", ["8:24: A run takes 300 to 28800 seconds. An hour is 3600."]),
        ("command: c, timeout: 28801", ["8:24: A run takes 300 to 28800 seconds. An hour is 3600."]),
        ("command: c, timeout: '600'", ["8:24: Expected a whole number of seconds, found text. Write 600."]),
        ("command: c, timeout: 2h", ["8:24: Expected a whole number of seconds, found text. Write 7200."]),
        ("command: c, timeout: 1 day", ["8:24: Expected a whole number of seconds, found text. An hour is 3600."]),
        ("command: c, timeout: 10h", ["8:24: A run takes 300 to 28800 seconds. An hour is 3600."]),
        ("command: c, timeout: 600.5", ["8:24: Expected a whole number, found a number."]),
        ("command: c, agent: {cpu: 0}", ["8:28: Expected 1 or more."]),
        ("command: c, agent: {cpu: true}", ["8:28: Expected a whole number, found true or false."]),
        (
            "command: c, agent: {pool: p1}",
            ["8:29: 'p1' is not the name of an agent pool. Use 3 to 20 letters, digits and dashes."],
        ),
        ("command: c, platform: {os: linux}", ["8:30: Expected 'Linux' or 'Windows'. Did you mean 'Linux'?"]),
        (
            "command: c, platform: {architecture: 386}",
            ["8:40: Expected 'amd64', 'x86', '386', 'arm' or 'arm64'. Put it in quotes: '386'."],
        ),
        ("command: c, source_login: no", ["8:29: Expected 'default' or 'none'. Did you mean 'none'?"]),
        ("command: c, identity: {one: }", ["8:25: Expected a text, or a list of texts."]),
        ("command: c, identity: [1]", ["8:26: Expected text, found a number. Put it in quotes."]),
        ("command: c, pull: {a: b}", ["8:21: Expected a list, found a mapping."]),
        ("command: c, secrets: [a]", ["8:24: Expected a mapping, found a list."]),
        ("command: c, tags: {a: 1.5}", ["8:25: Expected text, found a number. Put it in quotes."]),
        (
            "command: c, tags: {acr-identity-x: b}",
            [
                (
                    "8:22: 'acr-identity-x' is not the name of a tag. Use 1 to 512 characters without <>%&\\?/; "
                    "names that begin with acr-identity are kept for this program."
                )
            ],
        ),
        ("command: c, comand: d", ["8:15: There is no key 'comand' here. Did you mean 'command'?"]),
        ("command: c, agent: {zzz: 1}", ["8:23: There is no key 'zzz' here. Known keys: `cpu`, `pool`."]),
        (
            "command: c, credentials: {a.io: {user_name: {env: A}, pasword: {env: B}}}",
            ["8:57: There is no such key here. Did you mean 'password'?"],
        ),
    ],
)
def test_a_task_that_breaks_a_rule_is_told_with_place_and_fix(line: str, messages: list[str]) -> None:
    assert mistakes_in(with_task(line)) == messages


def _full(name: str, section: str = "Microsoft.ContainerRegistry/registries") -> str:
    return f"{GROUP}/providers/{section}/{name}"


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("tasks: {}", []),
        (f"{HEAD}tasks: {{}}", []),
        (f"registries: {{here: {{id: {_full('myregistry')}}}}}\ntasks: {{}}", []),
        (f"registries: {{x: {_full('myregistry')}}}\ntasks: {{}}", []),
        ("version: 1", ["1:1: The key `tasks` is missing. Add `tasks: …`."]),
        ("version: 2\ntasks: {}", ["1:10: Expected 1."]),
        ("tasks: ", ["1:1: Expected a mapping, found nothing. Give a value, or leave the key out."]),
        ("tasks: [a]", ["1:8: Expected a mapping, found a list."]),
        ("tasks: {hello: }", ["1:9: Expected a mapping, found nothing. Give a value, or leave the key out."]),
        ("tasks: {hello: text}", ["1:16: Expected a mapping, found text."]),
        (
            "tasks: {abc: {registry: r, command: c}}",
            [
                "1:9: 'abc' is not the name of a task. Use 5 to 50 letters, digits, - and _.",
                "1:25: The registry 'r' is not among `registries`. Add it to `registries`.",
            ],
        ),
        ("registries: [a]\ntasks: {hello: {registry: a, command: c}}", ["1:13: Expected a mapping, found a list."]),
        (
            "registries: {myregistry: }\nvaults: {kv1: {subscription: null}}\ntasks: {}",
            [
                "1:1: There is no `resource_group` for 'myregistry' and 'kv1'. Add `resource_group: …` to the spec.",
                "1:1: There is no `subscription` for 'myregistry' and 'kv1'. Add `subscription: …` to the spec.",
            ],
        ),
        (
            f"subscription: {SUBSCRIPTION}\nregistries: {{myregistry: {{resource_group: a.}}}}\ntasks: {{}}",
            [
                (
                    "2:43: 'a.' is not the name of a resource group. "
                    "Use 1 to 90 letters, digits and any of -_.(), not ending with a dot."
                )
            ],
        ),
        (
            f"{HEAD}location: east-us\ntasks: {{}}",
            ["6:11: 'east-us' is not a location. Use a region's name such as eastus."],
        ),
        (
            "vaults: {kv1: {id: /subscriptions/a}}\ntasks: {}",
            [
                (
                    "1:20: '/subscriptions/a' is not the id of a resource of type Microsoft.KeyVault/vaults. "
                    "One reads /subscriptions/GUID/resourceGroups/NAME/providers/Microsoft.KeyVault/vaults/NAME."
                )
            ],
        ),
        (
            f"registries: {{a: {{id: {_full('myregistry')}, resource_group: g}}}}\ntasks: {{}}",
            ["1:22: `id` says already what `resource_group` would say. Keep one of them."],
        ),
        (
            f"subscription: {SUBSCRIPTION}\nresource_group: g\nidentities: {{system: }}\ntasks: {{}}",
            ["3:14: 'system' is kept for the task's own identity. Choose another name."],
        ),
        (
            f"{HEAD}tasks: {{}}\nvaluts: {{}}",
            ["7:1: There is no key 'valuts' here. Did you mean 'vaults'?"],
        ),
        (
            f"subscription: {SUBSCRIPTION}\nresource_group: g\nvaults: {{kv1: , Kv1: }}\ntasks: {{}}",
            ["3:17: 'Kv1' is the same resource as 'kv1'. Leave one out; Azure does not regard case."],
        ),
        (
            f"{HEAD.replace('other:', 'twin: ' + _full('MyRegistry'))}tasks: {{}}",
            ["3:28: 'twin' is the same resource as 'myregistry'. Leave one out; Azure does not regard case."],
        ),
        (
            f"{HEAD}tasks: {{hello: {{registry: other, command: c}}, Hello: {{registry: other, command: c}}}}",
            ["6:47: 'Hello' is the same resource as 'hello'. Leave one out; Azure does not regard case."],
        ),
    ],
)
def test_a_spec_that_breaks_a_rule_is_told_with_place_and_fix(text: str, messages: list[str]) -> None:
    assert mistakes_in(text) == messages


def test_at_most_45_tags_are_allowed() -> None:
    tags = ", ".join(f"t{number}: v" for number in range(49))
    assert mistakes_in(with_task(f"command: c, tags: {{{tags}}}")) == [
        (
            "8:21: These are 49 tags, at most 45 are allowed. "
            "Azure takes 50, and five are kept for the marks of this program."
        )
    ]


def test_a_wrong_field_hides_no_broken_reference() -> None:
    text = with_task("command: 5, identity: two, timeout: x, pull: [elsewhere], secrets: {vault3: [A]}")
    assert mistakes_in(text) == [
        "8:12: Expected text, found a number. Put it in quotes.",
        "8:39: Expected a whole number of seconds, found text. An hour is 3600.",
        "8:49: The registry 'elsewhere' is not among `registries`. Add it to `registries`.",
        "8:71: The vault 'vault3' is not among `vaults`. Add it to `vaults`.",
    ]
