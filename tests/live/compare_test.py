# SPDX-License-Identifier: Apache-2.0
"""Pins, A · B · Δ, the alignment, the movement map and the ranked list: real keys and mouse, against the command line's numbers."""
import numpy as np

import driver

BEFORE = "The old king gave the young prince a sword."
AFTER = "The old king gave the young queen a sword."
CAUSAL = ("--model", "narrator")


def weights(text, layer, head, *arguments):
    return np.array(driver.trace(text, layer, head, *arguments)["heads"][0]["weights"])


def row_movement(a, b):
    """Jensen–Shannon divergence / ln 2."""
    middle = (a + b) / 2
    total = 0.0
    for one in (a, b):
        there = one > 0
        total += 0.5 * np.sum(one[there] * np.log(one[there] / middle[there]))
    return total / np.log(2)


def replace_token(program, word, by):
    tokens = program.state()["tokens"]
    place = next(index for index, token in enumerate(tokens) if token.strip("Ġ▁ ") == word)
    program.double_click(f"strip.token.{place}")
    program.chord("ctrl", "a")
    program.type(by)
    program.key("Return")
    return place


def pinned(program, word="prince", by="queen"):
    program.chord("ctrl", "p")
    assert [pin["name"] for pin in program.session()["pins"]] == ["A"], program.session()["pins"]
    return replace_token(program, word, by)


def grid_numbers(program):
    """All digits of the grid of weights under the mouse; nan where a cell has none."""
    program.point(*program.centre("grid.weights.cells"))
    program.chord("ctrl", "c")
    lines = program.clipboard().rstrip("\n").split("\n")[1:]
    return np.array([[np.nan if cell in ("", "masked") else float(cell) for cell in line.split("\t")[1:]] for line in lines])


def a_causal_prefix_does_not_change_and_the_rest_agrees_with_the_command_line():
    with driver.Program(*CAUSAL, "--text", BEFORE, "--layer", "2", "--head", "1", "--lang", "en") as program:
        place = pinned(program)
        assert program.session()["text"] == AFTER, program.session()["text"]
        program.key("F7")
        state = program.state()
        assert state["shown"] == "difference", state["shown"]
        shown = grid_numbers(program)
        a, b = weights(BEFORE, 2, 1, *CAUSAL), weights(AFTER, 2, 1, *CAUSAL)
        assert a.shape == b.shape == shown.shape, (a.shape, b.shape, shown.shape)
        there = ~np.isnan(shown)
        assert np.all(shown[:place][there[:place]] == 0.0), "an unchanged prefix moved"
        assert there[place:].sum() > 10 and np.abs(shown[there]).max() > 1e-3, "nothing changed after the edit"
        worst = np.abs(shown - (b - a))[there].max()
        print(f"        Δ on screen against B − A of the command line: {worst:.2e}")
        assert worst < 2e-6, worst
        assert worst < 0.1 * np.abs(shown - (a - b))[there].max(), "A − B would have passed"

        moved = {(each["layer"], each["head"]): each["movement"] for each in state["comparison"]["movements"]}
        rows = [row_movement(a[query], b[query]) for query in range(len(a))]
        assert all(row == 0.0 for row in rows[:place])
        print(f"        movement of the head: {moved[2, 1]:.6f}, by the formula {np.mean(rows):.6f}")
        assert abs(moved[2, 1] - np.mean(rows)) < 1e-3 * np.mean(rows), (moved[2, 1], np.mean(rows))


def keys_and_the_switch_show_a_b_and_the_difference():
    with driver.Program(*CAUSAL, "--text", BEFORE, "--lang", "ru") as program:
        program.click("switch.shown.2")
        assert program.state()["shown"] == "live", "there is nothing to compare yet"
        pinned(program)
        pictures = {}
        for key, name in (("F5", "baseline"), ("F7", "difference"), ("F6", "live")):
            program.key(key)
            program.point(2, 2)
            program.settle()
            assert program.state()["shown"] == name, (key, program.state()["shown"])
            pictures[name] = program.picture().astype(np.int32)
        for one, other in (("live", "baseline"), ("live", "difference"), ("baseline", "difference")):
            changed = np.abs(pictures[one] - pictures[other]).max(axis=2) > 24
            assert changed.sum() > 2000, f"{one} and {other} look alike ({changed.sum()} pixels)"
        for index, name in ((0, "baseline"), (2, "difference"), (1, "live")):
            program.click(f"switch.shown.{index}")
            assert program.state()["shown"] == name, program.state()["shown"]
        program.key("F5", "F5")
        assert program.state()["shown"] == "live", "the same key again goes back"


def the_ranked_list_goes_to_the_head_and_the_query():
    with driver.Program(*CAUSAL, "--text", BEFORE, "--layer", "0", "--head", "0", "--lang", "en") as program:
        place = pinned(program)
        program.show("compare")
        heads = program.state()["comparison"]["movements"]
        most = max(heads, key=lambda each: each["movement"])
        name = f"{most['layer']}.{most['head']}"
        ranked = [item for item in program.items() if item.startswith("compare.head.")]
        assert ranked and ranked[0] == f"compare.head.{name}", (ranked[:3], name)
        program.click(f"compare.head.{name}")
        head = program.session()["head"]
        assert (head["layer"], head["head"]) == (most["layer"], most["head"]), head
        program.click(f"compare.query.{name}.0")
        assert program.state()["query"] >= place, program.state()["query"]
        program.click("switch.shown.2")
        assert "legend.movement" in program.items()
        program.click("overview.head.0.3")
        assert program.session()["head"] == {"layer": 0, "head": 3}, program.session()["head"]


def pins_swap_go_and_come_back():
    with driver.Program(*CAUSAL, "--text", BEFORE, "--lang", "en") as program:
        pinned(program)
        program.show("compare")
        program.click("compare.pin.0.swap")
        assert program.session()["text"] == BEFORE, program.session()["text"]
        program.chord("ctrl", "z")
        assert program.session()["text"] == AFTER, program.session()["text"]
        program.click("compare.pin.0.remove")
        assert program.session()["pins"] == []
        program.click("switch.shown.2")
        assert program.state()["shown"] == "live", "nothing to compare any more"
        program.chord("ctrl", "z")
        assert len(program.session()["pins"]) == 1
        program.click("switch.shown.2")
        assert program.state()["shown"] == "difference"


def tokens_are_paired_by_dragging():
    with driver.Program("--text", "Старый король дал принцу меч.", "--lang", "ru") as program:
        program.chord("ctrl", "p")
        program.click("sentence.text")
        program.key("End", "BackSpace")
        program.type(" и щит.")
        state = program.state()["comparison"]
        last = len(program.state()["tokens"]) - 3
        free = next(index for index in range(1, last) if index not in {second for _, second in state["pairs"]})
        moved = 2
        assert [moved, free] not in state["pairs"]
        program.point(*program.centre(f"pinned.token.{moved}"))
        program._step("mousedown", "1")
        program.point(*program.centre(f"strip.token.{free}"))
        program.point(*program.centre(f"strip.token.{free}"))
        program._step("mouseup", "1")
        program.settle()
        pairs = program.state()["comparison"]["pairs"]
        assert [moved, free] in pairs, pairs
        program.click("pinned.reset")
        assert program.state()["comparison"]["pairs"] == state["pairs"]


def two_models_read_one_sentence():
    with driver.Program(*CAUSAL, "--text", BEFORE, "--lang", "en") as program:
        program.chord("ctrl", "p")
        program.click("top.model")
        program.click("models.council")
        state = program.state()
        comparison, ours = state["comparison"], state["tokens"]
        assert comparison["error"] == "" and len(comparison["tokens"]) > 5, comparison
        partners = {comparison["tokens"][first].strip("Ġ▁").lower(): ours[second]
                    for first, second in comparison["pairs"]}
        assert partners["king"] == "king" and partners["the"] == "the", partners
        # narrator has 8 layers of 8 heads, council 4 of 8: those that both have.
        assert {(each["layer"], each["head"]) for each in comparison["movements"]} == {
            (layer, head) for layer in range(4) for head in range(8)}
        program.key("F5")
        assert program.state()["shown"] == "baseline"


def the_same_text_differs_nowhere():
    with driver.Program("--text", "Старый король дал принцу меч.", "--lang", "ru") as program:
        program.chord("ctrl", "p")
        program.show("compare")
        assert "compare.same" in program.items()
        assert all(each["movement"] == 0.0 for each in program.state()["comparison"]["movements"])
        program.click("sentence.text")
        program.chord("ctrl", "a")
        program.key("BackSpace")
        assert program.session()["text"] == ""
        program.type("я")
        assert program.state()["text_shown"] == "я"


if __name__ == "__main__":
    driver.main([a_causal_prefix_does_not_change_and_the_rest_agrees_with_the_command_line,
                 keys_and_the_switch_show_a_b_and_the_difference, the_ranked_list_goes_to_the_head_and_the_query,
                 pins_swap_go_and_come_back, tokens_are_paired_by_dragging,
                 two_models_read_one_sentence, the_same_text_differs_nowhere])
