# SPDX-License-Identifier: Apache-2.0
"""The engine beside PyTorch, on a model of GPT-2 small's shape with random weights. Run by hand on a quiet machine:

    ninja trace_probe && /usr/bin/python3 tests/bench/side_by_side.py build/release/tests/trace_probe [threads]

Both sides read the same file and keep what they compute: PyTorch (a plain eager GPT-2 on OpenBLAS, as transformers computes it)
the attention weights, hidden states, keys and values of every layer; the engine a Trace, from which all of that follows. Neither
computes logits. Every measurement is a process of its own and the two sides take turns. The fastest of each side's times is
told, because everything else that runs on the machine only adds, and the median, because that is what one waits for. Memory is the peak of resident memory of the whole process,
weights included; and the peak of private memory (what cannot be dropped and read again from a file), sampled while it runs.
"""
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import random_models

ROUNDS = 4
WARM = 1


def pytorch(folder, tokens, repeats, threads):
    """In a process of its own: prints the same line as trace_probe."""
    import torch
    torch.set_num_threads(threads)
    layers, heads, hidden = 12, 12, 768
    with open(pathlib.Path(folder, "model.safetensors"), "rb") as stream:
        header = json.loads(stream.read(int.from_bytes(stream.read(8), "little")))
        start, weights = stream.tell(), {}
        for name, entry in header.items():
            stream.seek(start + entry["data_offsets"][0])
            data = bytearray(stream.read(entry["data_offsets"][1] - entry["data_offsets"][0]))
            weights[name] = torch.frombuffer(data, dtype=torch.float32).view(entry["shape"])
    mask = torch.tril(torch.ones(1024, 1024, dtype=torch.bool))[None, None]

    def linear(x, name):
        return torch.addmm(weights[name + ".bias"], x, weights[name + ".weight"])

    def norm(x, name):
        return torch.nn.functional.layer_norm(x, (hidden,), weights[name + ".weight"], weights[name + ".bias"], 1e-5)

    def split(x):
        return x.view(1, -1, heads, hidden // heads).transpose(1, 2)

    def run(ids):
        x = weights["wte.weight"][ids] + weights["wpe.weight"][:len(ids)]
        hidden_states, attentions, keys_values = [x], [], []
        for layer in range(layers):
            name = f"h.{layer}."
            q, k, v = (split(part) for part in linear(norm(x, name + "ln_1"), name + "attn.c_attn").split(hidden, 1))
            scores = torch.matmul(q, k.transpose(-1, -2)) / 8.0
            scores = torch.where(mask[:, :, :len(ids), :len(ids)], scores, torch.finfo(torch.float32).min)
            attention = scores.softmax(-1)
            x = x + linear(torch.matmul(attention, v).transpose(1, 2).reshape(-1, hidden), name + "attn.c_proj")
            inner = torch.nn.functional.gelu(linear(norm(x, name + "ln_2"), name + "mlp.c_fc"), approximate="tanh")
            x = x + linear(inner, name + "mlp.c_proj")
            hidden_states.append(x)
            attentions.append(attention)
            keys_values.append((k, v))
        return norm(x, "ln_f"), hidden_states, attentions, keys_values

    times = []
    ids = torch.tensor([(token * token + 7 * token + 3) % 50257 for token in range(tokens)])
    with torch.no_grad():
        for _ in range(repeats):
            before = time.perf_counter()
            kept = run(ids)
            times.append(1000 * (time.perf_counter() - before))
            del kept
    print(json.dumps({"run": times}))


def measure(command, threads):
    """What the process prints, and its peaks of memory in MB."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True,
                               env={"OMP_NUM_THREADS": str(threads), "PATH": "/usr/bin:/bin"})
    peak, private = 0.0, 0.0
    while process.poll() is None:
        try:
            status = dict(line.split(":", 1) for line in pathlib.Path(f"/proc/{process.pid}/status").read_text().splitlines())
            peak = max(peak, float(status.get("VmHWM", "0 kB").split()[0]) / 1024)
            private = max(private, float(status.get("RssAnon", "0 kB").split()[0]) / 1024)
        except (FileNotFoundError, ProcessLookupError):
            break
        time.sleep(0.003)
    output = process.communicate()[0]
    if process.returncode != 0:
        raise SystemExit(f"{command} ended with {process.returncode}")
    return dict(json.loads(output), resident=peak, private=private)


def beside_pytorch(probe, folder, threads):
    print(f"{'tokens':>7}" + "".join(f"  {name:>16} ratio" for name in ("fastest", "median", "resident", "private")))
    for tokens in (16, 64, 256, 1024):
        repeats = WARM + (8 if tokens < 256 else 3)
        ours, theirs = [], []
        for _ in range(ROUNDS):
            ours.append(measure([probe, "run", folder, str(tokens), str(repeats)], threads))
            theirs.append(measure([sys.executable, __file__, "--pytorch", folder, str(tokens), str(repeats), str(threads)],
                                  threads))
        times = [[time for each in side for time in each["run"][WARM:]] for side in (ours, theirs)]
        cells = [f"{tokens:7}"]
        for (engine, pytorch), unit in (
                ([min(side) for side in times], "ms"),
                ([statistics.median(side) for side in times], "ms"),
                ([min(each["resident"] for each in side) for side in (ours, theirs)], "MB"),
                ([min(each["private"] for each in side) for side in (ours, theirs)], "MB")):
            cells.append(f"{engine:6.0f} / {pytorch:4.0f} {unit} {engine / pytorch:5.2f}")
        print("  ".join(cells), flush=True)


def reading_once(path):
    start = time.perf_counter()
    with open(path, "rb", buffering=0) as stream:
        buffer = bytearray(1 << 22)
        while stream.readinto(buffer):
            pass
    return 1000 * (time.perf_counter() - start)


def alone(probe, folder, threads):
    def fastest(key, *arguments):
        return min(min(measure([probe, *map(str, arguments)], threads)[key]) for _ in range(ROUNDS))

    edit = measure([probe, "edit", folder, "64", "12"], threads)
    print(f"last word edited at 64 tokens: {min(edit['edit']):.1f} ms, a fresh run {min(edit['run']):.1f} ms: "
          f"{min(edit['edit']) / min(edit['run']):.2f}")
    file = pathlib.Path(folder, "model.safetensors")
    reading = min(reading_once(file) for _ in range(ROUNDS))
    opened = min((measure([probe, "open", folder], threads)["open"] for _ in range(ROUNDS)), key=sum)
    print(f"{file.stat().st_size / 1e6:.0f} MB in the page cache: read once in {reading:.0f} ms; opened in {opened[0]:.0f} ms, "
          f"run and overview of 16 tokens {opened[1]:.0f} ms: {sum(opened) / reading:.2f}")
    print(f"overview of 144 heads at 1024 tokens: {fastest('overview', 'overview', folder, 1024, 4):.0f} ms")


def growth(probe, threads):
    with tempfile.TemporaryDirectory() as folder:
        random_models.qwen3(folder, layers=4, heads=12, kv_heads=4, head_dim=64, hidden=768, feed_forward=2048, context=32768)
        weights = 4 * (2 * 768 * 768 + 2 * 256 * 768 + 3 * 768 * 2048)
        shortest = None
        for tokens in (512, 1024, 2048, 4096):
            result = measure([probe, "run", folder, str(tokens), "3"], threads)
            work = weights * tokens + 4 * 2 * 12 * 64 * tokens * tokens / 2
            now = min(result["run"]), work, result["private"] - result["loaded_private_mb"]
            shortest = shortest or now
            print(f"{tokens:6} tokens: {now[0]:6.0f} ms, {now[0] / shortest[0]:5.2f} times the shortest "
                  f"(arithmetic {work / shortest[1]:5.2f}); {now[2]:5.0f} MB, {now[2] / shortest[2]:5.2f} times")
        tile = sorted(measure([probe, "tiles", folder, "4096", "60"], threads)["tile"])
        print(f"a screenful (1000 × 700) of a head of 4096 tokens: {tile[len(tile) // 2]:.1f} ms, worst {tile[-1]:.1f}")


if __name__ == "__main__":
    if sys.argv[1] == "--pytorch":
        pytorch(sys.argv[2], *map(int, sys.argv[3:]))
        sys.exit()
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 2
    print(f"{count} threads")
    with tempfile.TemporaryDirectory() as place:
        random_models.gpt2(place)
        beside_pytorch(sys.argv[1], place, count)
        alone(sys.argv[1], place, count)
    growth(sys.argv[1], count)
