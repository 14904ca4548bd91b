"""Made-up results in the form of `model_cards/results/v2.json`, for rendering only; nothing here was measured."""

import hashlib

import numpy as np
from scipy.stats import norm

from grooming_risk.model.manifest import artifact_digest
from training.evaluation.metrics import rate_with_interval

POINTS = {"high_recall": 1.1, "balanced": 2.5, "high_precision": 3.6}
TARGETS = {"high_recall": 0.02, "balanced": 0.005, "high_precision": 0.001}
SEPARATION = 2.6  # distance of the two made-up normal distributions of logits
DIGEST = hashlib.sha256(b"made up").hexdigest()
EVASION = {"leet": True, "inner_punctuation": True, "homoglyphs": False, "spaced_letters": False}
TACTICS = ("age_probing", "flattery", "meeting", "secrecy")
RANKING = (
    "auroc",
    "average_precision",
    "recall_at_5_percent_false_flags",
    "recall_at_1_percent_false_flags",
    "recall_at_0.1_percent_false_flags",
)


def metric(value, half=0.02):
    value = min(max(value, 0.0), 1.0)
    return {"value": value, "low": max(0.0, value - half), "high": min(1.0, value + half)}


def amount(value):
    return {"value": value, "low": value * 0.9, "high": value * 1.1}


def make_results(languages=("en", "es", "hi", "mix"), own=True, training=True, pan12=False, points=POINTS):
    """Return results with every key of the schema; parts that a run may lack can be left out."""
    results = {
        "artifact": artifact_digest(make_manifest()),
        "model_version": "9.9.9",
        "command": "python -m training evaluate --config base.toml",
        "commit": "0" * 40,
        "corpus": DIGEST,
        "proxies": DIGEST,
        "reference_prevalence": 0.01,
        "config": _config(languages),
        "thresholds": {point: _threshold(point) for point in points},
        "composed": _composed(languages, points),
        "hard_negatives": {
            code: {
                "n": 200,
                "positives": 90,
                "auroc": metric(0.86 - 0.01 * n, 0.04),
                "recall_at_1_percent_false_flags": metric(0.3, 0.1),
            }
            for n, code in enumerate(languages)
        },
        "evasion": _evasion(points),
        "dilution": {"composed": _dilution(points, 0.93), **({"own": _dilution(points, 0.9)} if own else {})},
        "length_classes": _length_classes(points),
        "screening": {
            "real": {"real: all": rate_with_interval(2_000, 9_000), "unseen: casino": rate_with_interval(90, 900)},
            "lines": {name: rate_with_interval(97, 100) for name in ("all", "seen by the encoder", *languages)},
            "conversations": {"composed": _screening_loss()},
        },
        "real_lines": {
            name: {"n": 900, "any": rate_with_interval(90, 900), "tactics": {"meeting": 0.02, "secrecy": 0.01}}
            for name in ("all", "casino (en)")
        },
        "new_sources": {
            name: {"n": 400, "rates": {point: rate_with_interval(place, 400) for place, point in enumerate(points)}}
            for name in ("casino", "xpersona")
        },
        "before": {
            "model_version": "9.9.8",
            "dilution": {"composed": _dilution(points, 0.88)},
            "evasion": _evasion(points),
        },
        "early_detection": _early(points),
        "faithfulness": {
            "point": "balanced",
            "conversations": 120,
            "draws": 20,
            "top_three": rate_with_interval(96, 120),
            "random_three": rate_with_interval(12, 120),
            "normalised_aopc": metric(0.61),
            "normalised_aopc_random": metric(0.4),
        },
        "ppv": {point: _ppv(point) for point in points},
        "false_flags": _false_flags(languages, points),
        "lines": {code: _lines(n) for n, code in enumerate(("all", *languages))},
        "coverage": {
            "supported, real": rate_with_interval(995, 1000),
            "en": rate_with_interval(20, 20),
            "sv": rate_with_interval(1, 60),
        },
    }
    if own:
        results["own_conversations"] = _own(points)
    if pan12:
        results["pan12"] = {**_own(points), "early_detection": _early(points), "authors": _authors(points)}
    if training:
        results["training"] = {
            "seconds": {"student": 3600.0, "encoder": 7200.0},
            "processor": "made-up processor",
            "cores": 2,
            "autocast": "bfloat16",
        }
    return results


def make_ablations():
    """Return arms and the shipped model: twelve layers are best and slow, six are in their interval, four are not."""
    arms = [
        ("shipped", 0, 0.93, 1100.0, 26.5),
        ("twelve_layers", 12, 0.90, 520.0, 34.0),
        ("six_layers", 6, 0.89, 1130.0, 26.5),
        ("four_layers", 4, 0.84, 1600.0, 22.8),
        ("without_lookalikes", 6, 0.89, 1180.0, 26.5),
    ]
    return {
        "arms": [
            {
                "name": name,
                "changed": f"made-up arm {name}",
                "layers": layers,
                "precision": "int8",
                "languages": ["en"],
                "stage": "window_model",
                "vignettes": {"auroc": metric(quality)},
                "composed": {
                    "auroc": metric(quality + 0.03, 0.015),
                    "recall_at_1_percent_false_flags": metric(quality - 0.4, 0.1),
                },
                "messages_per_second": speed,
                "megabytes": size,
                "epochs": 2,
            }
            for name, layers, quality, speed, size in arms
        ],
        "note": "Made-up arms.",
        "corpus": DIGEST,
    }


def make_manifest():
    """Return a manifest of the made-up artefact."""
    files = {
        "encoder.onnx": {"bytes": 26_000_000, "sha256": DIGEST},
        "manifest of numbers.json": {"bytes": 900, "sha256": hashlib.sha256(b"numbers").hexdigest()},
    }
    packages = {"numpy": "2.4.6", "onnxruntime": "1.32.0", "tokenizers": "0.23.3", "torch": "2.13.0+cpu"}
    provenance = {"base": "intfloat/multilingual-e5-small (MIT)", "python": "3.11.7", "packages": packages}
    return {"format": 1, "model_version": "9.9.9", "files": files, "provenance": provenance}


def _config(languages):
    return {
        "languages": list(languages),
        "seed": 1,
        "base": {"layers": [1, 3, 5, 7, 9, 11], "vocabulary": 40000},
        "encoder": {"epochs": 6},
        "compose": {"train": 6000, "calibration": 2400, "test": 2400, "english": 0.4},
        "window_model": {"layers": 2, "width": 64, "heads": 4, "members": 5},
        "evaluation": {"bootstrap": 1000},
        "calibration": {"reference_prevalence": 0.01, "targets": TARGETS},
    }


def _threshold(point):
    flagged = {"high_recall": 60, "balanced": 12, "high_precision": 1}[point]
    return {
        "threshold": POINTS[point],
        "target": TARGETS[point],
        "conversations": 6000,
        "false_flags": flagged,
        "upper_bound": TARGETS[point] * 0.98,
        "recall": float(norm.sf(POINTS[point] - SEPARATION)),
    }


def _recall(point, n, shift=0.0):
    return rate_with_interval(round(n * norm.sf(POINTS[point] - SEPARATION + shift)), n)


def _flags(n, share):
    return {point: rate_with_interval(int(n * share * TARGETS[point] / TARGETS["high_recall"]), n) for point in POINTS}


def _curve(separation, share):
    thresholds = np.linspace(6, -4, 120)
    recall, flags = norm.sf(thresholds - separation), norm.sf(thresholds)
    precision = recall * share / (recall * share + flags * (1 - share))
    names = ("recall", "false_flag_rate", "precision", "thresholds")
    return {
        name: [float(v) for v in values]
        for name, values in zip(names, (recall, flags, precision, thresholds), strict=True)
    }


def _reliability():
    edges = np.linspace(0, 1, 16)
    means = (edges[:-1] + edges[1:]) / 2
    observed = means**1.2
    return {
        "bins": [
            {
                "low": float(low),
                "high": float(high),
                "mean_probability": float(mean),
                "observed": float(seen),
                "n": 160,
                "observed_low": float(max(0, seen - 0.05)),
                "observed_high": float(min(1, seen + 0.05)),
            }
            for low, high, mean, seen in zip(edges[:-1], edges[1:], means, observed, strict=True)
        ]
    }


def _composed(languages, points):
    return {
        "n": 2400,
        "positives": 1123,
        "prevalence": 1123 / 2400,
        "digest": DIGEST,
        "abstained": 1,
        **{name: metric(0.94 - 0.14 * n) for n, name in enumerate(RANKING)},
        "adaptive_calibration_error": metric(0.03, 0.01),
        "brier_skill": metric(0.59),
        "kinds": {"carrier": 0.95, "counterfactual": 0.9},
        "operating_points": {point: _recall(point, 1123) for point in points},
        "baselines": {
            name: {key: metric(max(0.02, 0.6 - 0.14 * n)) for n, key in enumerate(RANKING)}
            for name in ("keyword_rules", "bag_of_words", "length_only", "participants_only", "max_of_tactics")
        },
        "languages": {
            code: {
                "n": 500,
                "positives": 240,
                "auroc": metric(0.95 - 0.02 * n),
                "average_precision": metric(0.93),
                "recall_at_1_percent_false_flags": metric(0.5 - 0.05 * n, 0.1),
                "operating_points": {
                    point: {"recall": _recall(point, 240, 0.2 * n), "false_flags": rate_with_interval(n, 260)}
                    for point in points
                },
            }
            for n, code in enumerate(languages)
        },
        "sources": {name: {point: _recall(point, 300) for point in points} for name in ("authored", "byu_chitchat")},
        "reliability": _reliability(),
        "curve": _curve(SEPARATION, 1123 / 2400),
    }


def _evasion(points):
    balanced = _recall("balanced", 400) if "balanced" in points else None
    flags = {"false_flags": rate_with_interval(9, 400), "real_false_flags": rate_with_interval(1, 400)}
    plain = {"auroc": metric(0.93), **flags, **({"balanced": balanced} if balanced else {})}
    kinds = {
        name: {
            "trained": trained,
            **plain,
            "auroc": metric(0.92 - 0.1 * n),
            "recall_drop": {"value": 0.02 + 0.1 * n, "low": 0.1 * n - 0.01, "high": 0.05 + 0.1 * n},
        }
        for n, (name, trained) in enumerate(EVASION.items())
    }
    return {"n": 800, "as_written": plain, "kinds": kinds}


def make_padding():
    """Return what results of versions up to 1.3 have in the place of `dilution`."""
    plain = {"auroc": metric(0.95), "balanced": _recall("balanced", 140)}
    between = {
        str(count): {
            **plain,
            "auroc": metric(0.95 - 0.01 * count),
            "recall_drop": {"value": 0.03 * count, "low": 0.02 * count, "high": 0.04 * count},
        }
        for count in (1, 3, 7, 15)
    }
    return {"n": 300, "as_written": plain, "between": between}


def _screening_loss():
    aurocs = {"auroc_screened": 0.93, "auroc_everything": 0.935}
    losses = {"lost": rate_with_interval(3, 140), "gained": rate_with_interval(2, 140)}
    return {"n": 300, "positives": 140, **aurocs, **losses}


def _dilution(points, auroc):
    between = {
        str(count): {
            "messages": 13.0 * (1 + count),
            "auroc": metric(auroc - 0.004 * count),
            "recall_at_5_percent_false_flags": metric(0.7 - 0.01 * count),
            "recall_at_unseen": rate_with_interval(100 - count, 140),
            "operating_points": {
                point: {"recall": _recall(point, 140), "false_flags": rate_with_interval(1, 160)} for point in points
            },
        }
        for count in (0, 1, 3, 7, 15, 50)
    }
    return {"n": 300, "positives": 140, "between": between}


def _length_classes(points):
    return {
        length: {
            split: {
                "n": n,
                "messages": float(length) / 2,
                "abstained": 0,
                **{point: rate_with_interval(place, n) for place, point in enumerate(points)},
            }
            for split in ("test", "unseen")
        }
        for length, n in (("50", 600), ("500", 200), ("5000", 30))
    }


def _summary(middle):
    return {"median": middle, "quartiles": [middle / 2, middle * 2], "n": 400}


def _early(points):
    return {
        "p": 0.0037,
        "prevalence": 0.468,
        "n": 2400,
        "points": {
            point: {
                "f_latency": metric(0.6),
                "speed": metric(0.85),
                "f1": metric(0.7),
                "erde_5": metric(0.2),
                "erde_50": metric(0.12),
                "first_flag_message": _summary(21.0),
                "delay_since_first_sign": _summary(9.0),
                "delay_since_second_sign": _summary(3.0),
            }
            for point in points
        },
        "histogram": {
            point: {"edges": [None, -10, 0, 5, 10, 20, None], "counts": [12, 90, 120, 80, 60, 38]} for point in points
        },
    }


def _ppv(point):
    recall, flags = norm.sf(POINTS[point] - SEPARATION), TARGETS[point]
    rows = []
    for prevalence in (1e-1, 1e-2, 1e-3, 1e-4, 1e-5):
        innocent = flags * (1 - prevalence) / (recall * prevalence)
        rows.append(
            {
                "prevalence": prevalence,
                "ppv": 1 / (1 + innocent),
                "ppv_low": 1 / (1 + 1.5 * innocent),
                "innocent_per_true": float(innocent),
            }
        )
    return rows


def _false_flags(languages, points):
    sizes = {
        "real: all": (3449, 0.02),
        "unseen: all": (1152, 0.03),
        "unseen: irc_disentanglement": (137, 0.03),
        "unseen: persuasion_for_good": (1015, 0.02),
        "test: topical_chat": (1072, 0.0),
        "test: xpersona": (1867, 0.025),
        "authored, hard: all": (82, 0.06),
        "authored, hard: grandparent": (6, 0.9),
        "authored, hard: tutor": (30, 0.1),
        "authored, plain: all": (14, 0.0),
        "authored, plain: tutor": (1, 0.0),
        "language en: real": (3449, 0.02),
        **{f"language {code}: authored, hard": (20 + n, min(0.05 * n, 0.5)) for n, code in enumerate(languages)},
    }
    return {
        name: {"abstained": 0, **{point: rates for point, rates in _flags(n, share).items() if point in points}}
        for name, (n, share) in sizes.items()
    }


def _lines(shift):
    return {
        name: {"n": 75, "positives": 24, "average_precision": metric(0.85 - 0.05 * n - 0.01 * shift, 0.08)}
        for n, name in enumerate(TACTICS)
    }


def _authors(points):
    rates = {"f0.5": metric(0.5), "recall": rate_with_interval(30, 50), "precision": rate_with_interval(30, 70)}
    return {"n": 900, "positives": 50, "operating_points": dict.fromkeys(points, rates)}


def _own(points):
    return {
        "n": 155,
        "positives": 40,
        "all": {name: metric(0.89 - 0.15 * n, 0.08) for n, name in enumerate(RANKING)},
        "tiers": {tier: metric(value, 0.08) for tier, value in (("obvious", 0.95), ("subtle", 0.8))},
        "operating_points": {
            point: {"recall": _recall(point, 40), "false_flags": rate_with_interval(2, 115)} for point in points
        },
        "baselines": {"keyword_rules": metric(0.63, 0.09), "max_of_tactics": metric(0.7, 0.09)},
        "families": {
            name: {point: rate_with_interval(flagged, 6) for point in points}
            for name, flagged in (("surprise_party", 1), ("coach", 0))
        },
        "curve": _curve(1.9, 40 / 155),
    }
