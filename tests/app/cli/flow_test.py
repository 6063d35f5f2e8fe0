#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Flow, attribution and anomalies, as `regard export` writes them, against NumPy in float64: edges, rollout, value-weighted attention, the
shares of the logit and the report are made anew from what `regard trace` records and from the checkpoint's own file. A largest flow is
proved by a cut that is as wide (no flow can be larger). Then negative controls, and what is refused."""
import json
import os
import pathlib
import shutil
import struct
import subprocess
import tempfile
import unittest

import numpy as np

BINARY = os.environ["REGARD_BINARY"]
ASSETS = pathlib.Path(os.environ["REGARD_ASSETS_DIR"])
TOLERANCE = 1e-5
TEXTS = {"council": "Старый король увидел в саду белую кошку и [MASK] её.", "narrator": "Once upon a time there was a little cat. The little"}


def regard(*arguments):
    environment = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")}
    environment["LC_ALL"] = "C.UTF-8"
    return subprocess.run([BINARY, *map(str, arguments)], capture_output=True, env=environment, timeout=280, check=False)


def checkpoint(model):
    """{name: float64 array} of a file of float16."""
    [path] = (ASSETS / "models" / model).glob("*.safetensors")
    data = path.read_bytes()
    size = struct.unpack("<Q", data[:8])[0]
    tensors = {}
    for name, entry in json.loads(data[8:8 + size]).items():
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            assert entry["dtype"] == "F16", name
            tensors[name] = np.frombuffer(data[8 + size + begin:8 + size + end], "<f2").reshape(entry["shape"]).astype(np.float64)
    return tensors


def normalised(rows):
    return rows / rows.sum(1, keepdims=True)


def layer_norm(x, W, name):
    """(the norm of x, what a direction behind it is before it, the shift): its scale kept at what it is for x."""
    inverse = 1 / np.sqrt(x.var() + 1e-12)
    scale, shift = W[name + ".weight"], W[name + ".bias"]

    def back(direction):
        pulled = direction * scale * inverse
        return pulled - pulled.mean(), direction @ shift
    return (x - x.mean()) * inverse * scale + shift, back


class Model:
    """What the tests ask of a model: W_O of every head, and the shares of a logit."""

    def __init__(self, name, T):
        self.name, self.W = name, checkpoint(name)
        self.layers, self.heads = T["weights"].shape[:2]
        self.T = T

    def values(self, layer):
        """[H, T, d]: a kv head once for every head that reads it."""
        v = self.T["v"][layer].astype(np.float64)
        return np.repeat(v, self.heads // len(v), axis=0)

    def output(self, layer):
        """[H, d, D]"""
        name = "bert.encoder.layer.%d.attention.output.dense.weight" if self.name == "council" else "model.layers.%d.self_attn.o_proj.weight"
        matrix = self.W[name % layer]
        return matrix.T.reshape(self.heads, -1, len(matrix))

    def edges(self, layer, mode):
        A = self.T["weights"][layer].astype(np.float64)
        if mode == "handed-over":
            vectors = np.einsum("htd,hdk->htk", self.values(layer), self.output(layer))
            return normalised(np.linalg.norm(np.einsum("hij,hjk->ijk", A, vectors), axis=2))
        mean = A.mean(0)
        return mean if mode == "attention" else normalised(mean + np.eye(len(mean)))

    def shares(self, position, direction):
        """[(embedding, head, feed-forward, bias of W_O, norms) …]: parts by name, and what is left over for the head's biases."""
        return (self.shares_of_council if self.name == "council" else self.shares_of_narrator)(position, direction)

    def shares_of_council(self, position, token):
        W, T = self.W, self.T
        x = T["residual"][-1][position].astype(np.float64)
        dense = W["cls.predictions.transform.dense.weight"] @ x + W["cls.predictions.transform.dense.bias"]
        active = np.maximum(dense, 0)
        _, back = layer_norm(active, W, "cls.predictions.transform.LayerNorm")
        g, bias = back(W["bert.embeddings.word_embeddings.weight"][token])
        bias += W["cls.predictions.bias"][token]
        g = g * (dense > 0)
        bias += g @ W["cls.predictions.transform.dense.bias"]
        g = g @ W["cls.predictions.transform.dense.weight"]
        parts = {"head_bias": bias}
        for layer in reversed(range(self.layers)):
            name = f"bert.encoder.layer.{layer}."
            x = T["residual"][layer][position].astype(np.float64)
            z = T["head_out"][layer][:, position].astype(np.float64)
            heads = np.einsum("hd,hdk->hk", z, self.output(layer))
            o = W[name + "attention.output.dense.bias"]
            middle, back_attention = layer_norm(x + heads.sum(0) + o, W, name + "attention.output.LayerNorm")
            inner = np.maximum(W[name + "intermediate.dense.weight"] @ middle + W[name + "intermediate.dense.bias"], 0)
            ff = W[name + "output.dense.weight"] @ inner + W[name + "output.dense.bias"]
            _, back_ff = layer_norm(middle + ff, W, name + "output.LayerNorm")
            g, norms = back_ff(g)
            parts["feed_forward", layer] = g @ ff
            g, more = back_attention(g)
            parts["norms", layer] = norms + more
            parts["head", layer] = heads @ g
            parts["attention_bias", layer] = g @ o
        parts["embedding"] = g @ T["residual"][0][position].astype(np.float64)
        return parts

    def shares_of_narrator(self, position, token):
        W, T = self.W, self.T
        x = T["residual"][-1][position].astype(np.float64)
        g = W["model.embed_tokens.weight"][token] * W["model.norm.weight"] / np.sqrt((x * x).mean() + 1e-6)
        parts = {"head_bias": 0.0, "embedding": g @ T["residual"][0][position].astype(np.float64)}
        for layer in range(self.layers):
            name = f"model.layers.{layer}."
            heads = np.einsum("hd,hdk->hk", T["head_out"][layer][:, position].astype(np.float64), self.output(layer))
            middle = T["residual"][layer][position].astype(np.float64) + heads.sum(0)
            read = middle / np.sqrt((middle * middle).mean() + 1e-6) * W[name + "post_attention_layernorm.weight"]
            gate = W[name + "mlp.gate_proj.weight"] @ read
            inner = gate / (1 + np.exp(-gate)) * (W[name + "mlp.up_proj.weight"] @ read)
            parts["feed_forward", layer] = g @ (W[name + "mlp.down_proj.weight"] @ inner)
            parts["head", layer] = heads @ g
            parts["norms", layer] = parts["attention_bias", layer] = 0.0
        return parts


def reached(edges, passed, token):
    """Which nodes (level, token) a further bit of flow could reach: [L + 1, T]. A hair's breadth is no room."""
    L, T = len(edges), len(edges[0])
    found, queue = {(L, token)}, [(L, token)]
    while queue:
        level, at = queue.pop()
        down = [(level - 1, j) for j in range(T) if level > 0 and edges[level - 1][at, j] - passed[level - 1][at, j] > 1e-7]
        up = [(level + 1, i) for i in range(T) if level < L and passed[level][i, at] > 1e-7]
        for node in down + up:
            if node not in found:
                found.add(node)
                queue.append(node)
    return found


def divergence(p, q):
    m = (p + q) / 2

    def kl(a):
        some = a > 0
        return (a[some] * np.log(a[some] / m[some])).sum()
    return (kl(p) + kl(q)) / 2 / np.log(2)


class Flow(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="regard-flow-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.models = {}
        for name, text in TEXTS.items():
            said = regard("trace", "--model", name, "--text", text, "--npz", cls.folder / f"{name}.npz")
            assert said.returncode == 0, said.stderr.decode()
            cls.models[name] = Model(name, dict(np.load(cls.folder / f"{name}.npz")))

    def exported(self, name, view, ending, *arguments, text=None):
        out = self.folder / f"{name}.{view}.{ending}"
        said = regard("export", "--model", name, "--text", text or TEXTS[name], "--view", view, "--out", out, *arguments)
        self.assertEqual(said.returncode, 0, said.stderr.decode())
        return json.loads(out.read_text(encoding="utf-8")) if ending == "json" else dict(np.load(out))

    def test_a_token_is_followed_along_the_edges_that_numpy_makes(self):
        for name, model in self.models.items():
            tokens = model.T["weights"].shape[2]
            for mode in ("attention", "handed-over", "rollout"):
                for token in (1, tokens - 1):
                    got = self.exported(name, "flow", "npz", "--flow", mode, "--query", token)
                    share = np.eye(tokens)[token]
                    for layer in reversed(range(model.layers)):
                        edges = model.edges(layer, mode)
                        np.testing.assert_allclose(got[f"edges_{layer}"], edges, atol=TOLERANCE, err_msg=f"{name} {mode} {layer}")
                        np.testing.assert_allclose(got[f"passed_{layer}"], share[:, None] * edges, atol=TOLERANCE)
                        share = share @ edges
                    np.testing.assert_allclose(got["sources"][0], share, atol=TOLERANCE)
                    self.assertAlmostEqual(float(got["sources"].sum()), 1.0, delta=TOLERANCE)

    def test_grids_of_a_head_weighted_by_its_values(self):
        for name, model in self.models.items():
            for layer, head in ((0, 1), (model.layers - 1, model.heads - 1)):
                got = {}
                for cells in ("value", "output", "rollout"):
                    got |= self.exported(name, "weights", "npz", "--cells", cells, "--layer", layer, "--head", head)
                A, v = model.T["weights"][layer, head].astype(np.float64), model.values(layer)[head]
                np.testing.assert_allclose(got["value_weighted"], normalised(A * np.linalg.norm(v, axis=1)), atol=TOLERANCE)
                np.testing.assert_allclose(got["output_weighted"], normalised(A * np.linalg.norm(v @ model.output(layer)[head], axis=1)), atol=TOLERANCE)
                through = np.eye(len(A))
                for below in range(layer + 1):
                    through = normalised(model.T["weights"][below].mean(0) + np.eye(len(A))) @ through
                np.testing.assert_allclose(got["rollout"], through, atol=TOLERANCE)
                np.testing.assert_allclose(got["weights"], A, atol=TOLERANCE)

    def test_rollout_is_that_of_this_text(self):
        """Negative control: the same numbers on keys in another order are far from it."""
        model = self.models["council"]
        got = self.exported("council", "flow", "npz", "--flow", "rollout", "--query", 3)
        shuffled = np.random.default_rng(1).permutation(model.T["weights"].shape[2])
        share = np.eye(len(shuffled))[3]
        for layer in reversed(range(model.layers)):
            share = share @ normalised(model.T["weights"][layer].mean(0)[:, shuffled] + np.eye(len(shuffled)))
        self.assertGreater(abs(got["sources"][0] - share).max(), 0.01)

    def test_no_flow_is_larger(self):
        for name, model in self.models.items():
            tokens = model.T["weights"].shape[2]
            edges = [model.edges(layer, "rollout") for layer in range(model.layers)]
            for token, key in ((tokens - 1, 0), (tokens - 1, tokens // 2), (tokens // 2, 1)):
                got = self.exported(name, "flow", "npz", "--flow", "flow", "--query", token, "--key", key)
                passed = [got[f"passed_{layer}"].astype(np.float64) for layer in range(model.layers)]
                value = float(got["sources"][0, key])
                for layer in range(model.layers):
                    self.assertTrue((passed[layer] <= edges[layer] + TOLERANCE).all() and (passed[layer] >= 0).all())
                    if layer > 0:
                        np.testing.assert_allclose(passed[layer].sum(0), passed[layer - 1].sum(1), atol=TOLERANCE)
                self.assertAlmostEqual(passed[0].sum(0)[key], value, delta=TOLERANCE)
                self.assertAlmostEqual(passed[-1].sum(1)[token], value, delta=TOLERANCE)
                inside = reached(edges, passed, token)
                self.assertNotIn((0, key), inside)
                cut = sum(edges[level - 1][at, j] for level, at in inside if level > 0 for j in range(tokens) if (level - 1, j) not in inside)
                self.assertAlmostEqual(cut, value, delta=TOLERANCE * 10, msg=f"{name} {token} {key}: a cut as wide as the flow")
                self.assertGreater(value, 0.0)

    def test_shares_of_the_logit_are_those_of_numpy(self):
        for name, model in self.models.items():
            for token in (None, 100):
                got = self.exported(name, "attribution", "json", *(("--token", token) if token else ()))
                self.assertLess(abs(got["remainder"]), 1e-3 * max(1.0, abs(got["logit"])))
                parts = model.shares(got["position"], got["token"])
                limit = 1e-3 * max(1.0, abs(got["logit"]))
                told = 0.0
                for row in got["rows"]:
                    key = row["part"] if row["layer"] == "" else (row["part"], row["layer"])
                    wanted = 0.0 if row["part"] == "interventions" else parts[key]
                    self.assertAlmostEqual(row["value"], wanted[row["head"]] if row["part"] == "head" else wanted, delta=limit, msg=str(key))
                    told += row["value"]
                self.assertAlmostEqual(told, got["logit"], delta=limit)
                self.assertAlmostEqual(sum(np.sum(part) for part in parts.values()), got["logit"], delta=limit)
                far = int(abs(model.T["logits"][got["position"]] - got["logit"]).argmax())
                other = sum(np.sum(part) for part in model.shares(got["position"], far).values())
                self.assertGreater(abs(other - got["logit"]), 10 * limit, "negative control: another token's parts are another sum")

    def test_the_share_of_a_difference_is_the_difference_of_the_shares(self):
        one, other, both = (self.exported("narrator", "attribution", "json", *arguments) for arguments in
                            (("--token", 50), ("--token", 60), ("--token", 50, "--minus", 60)))
        self.assertAlmostEqual(both["logit"], one["logit"] - other["logit"], delta=1e-4)
        for a, b, difference in zip(one["rows"], other["rows"], both["rows"]):
            self.assertAlmostEqual(difference["value"], a["value"] - b["value"], delta=1e-6)

    def report_of(self, model, causal):
        """What the report counts, made anew."""
        A, residual = model.T["weights"].astype(np.float64), model.T["residual"]
        T = A.shape[2]
        allowed = np.tril(np.ones((T, T))) if causal else np.ones((T, T))
        uniform = allowed / allowed.sum(1, keepdims=True)
        choice, other = allowed.sum(1) > 1, ~np.eye(T, dtype=bool)
        found = {"sink_heads": 0, "one_way_heads": 0, "blind_heads": 0}
        most = np.full(T, -1.0)
        mass = np.zeros(T)
        sinks_of_heads = []
        for grid in A.reshape(-1, T, T):
            mass += grid[choice].sum(0)
            sinks = []
            for key in range(T):
                rows = choice & other[:, key] & (allowed[:, key] > 0)
                if rows.any():
                    most[key] = max(most[key], grid[rows, key].max())
                if rows.sum() >= 3 and 2 * rows.sum() + 1 >= T:
                    alpha = grid[rows, key].mean()
                    if alpha > 0.3 and alpha >= 2 * uniform[rows, key].mean():
                        sinks.append(key)
            sinks_of_heads.append(sinks)
            words = range(1, T - 1)
            found["one_way_heads"] += not causal and any(
                grid[i, j] >= 0.5 and grid[i, j] >= 10 * grid[j, i] for i in words for j in words if i != j)
            likeness = []
            for by_distance in (False, True):
                values = []
                step = 1
                while step < T:
                    for i in range(T - step):
                        rows = []
                        for query in (i, i + step):
                            end = query + 1 if causal else T
                            rows.append({key - query if by_distance else key: grid[query, key] for key in range(end)})
                        common = sorted(set(rows[0]) & set(rows[1]))
                        p, q = (np.array([row[place] for place in common]) for row in rows)
                        if len(common) > 1 and p.sum() >= 0.1 and q.sum() >= 0.1:
                            values.append(divergence(p / p.sum(), q / q.sum()))
                    step *= 2
                if values:
                    likeness.append((np.mean(values), len(values)))
            found["blind_heads"] += bool(likeness) and min(likeness)[0] < 0.05 and min(likeness)[1] >= 3
        share, even = mass / mass.sum(), uniform[choice].sum(0) / uniform[choice].sum()
        found["sink_heads"] = sum(any(share[key] >= 1.5 * even[key] for key in sinks) for sinks in sinks_of_heads)
        medians = np.array([np.sort(abs(stream).ravel())[stream.size // 2] for stream in residual])
        ratio = abs(residual) / medians[:, None, None]
        found["massive"] = int(((abs(residual) > 100) & (ratio >= 1000)).sum())
        found["largest_ratio"] = float(ratio.max())
        found["unseen_tokens"] = int(((most >= 0) & (most < 0.1)).sum())
        return found, mass / mass.sum()

    def test_the_report_counts_what_numpy_counts(self):
        for name, model in self.models.items():
            got = self.exported(name, "anomalies", "json")
            wanted, shares = self.report_of(model, name == "narrator")
            self.assertAlmostEqual(got["largest_ratio"], wanted.pop("largest_ratio"), delta=1e-2)
            self.assertEqual({key: got[key] for key in wanted}, wanted, name)
            for row in got["rows"]:
                if row["kind"] == "sink":
                    self.assertAlmostEqual(row["value"], shares[row["key"]], delta=TOLERANCE)
                if row["kind"] == "unseen":
                    self.assertAlmostEqual(row["value"], model.T["weights"][row["layer"], row["head"], row["query"], row["key"]], delta=TOLERANCE)

    def test_pictures_and_tables_of_all_of_them_are_written(self):
        for view in ("flow", "attribution", "anomalies"):
            for ending in ("png", "svg", "pdf", "csv", "npz"):
                out = self.folder / f"picture.{ending}"
                said = regard("export", "--model", "council", "--text", TEXTS["council"], "--view", view, "--out", out, "--lang", "ru")
                self.assertEqual(said.returncode, 0, said.stderr.decode())
                self.assertGreater(out.stat().st_size, 100)

    def test_what_there_is_not_is_refused(self):
        said = regard("export", "--model", "narrator", "--text", "a cat", "--view", "attribution", "--token", 8192, "--out", self.folder / "a.json")
        self.assertNotEqual(said.returncode, 0)
        self.assertIn("8192", said.stderr.decode())


if __name__ == "__main__":
    unittest.main()
