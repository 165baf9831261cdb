"""Run every measurement of docs/benchmarks.md, one after the other."""

import subprocess
import sys

# The long checks are last; atlas_coverage, output_shapes and check_load_reports take many minutes.
MODULES = (
    "published_totals",
    "heads",
    "load_report",
    "network",
    "peers",
    "running",
    "inside",
    "encoders",
    "first_paint",
    "matrix_paint",
    "rerun",
    "page_weight",
    "treegrid",
    "atlas_coverage",
    "output_shapes",
)


def main() -> int:
    """Run them; 1 when any of them failed."""
    failed = []
    for name in MODULES:
        print(f"\n## {name}\n", flush=True)
        if subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False).returncode:
            failed.append(name)
    if failed:
        print(f"\nFailed: {', '.join(failed)}")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
