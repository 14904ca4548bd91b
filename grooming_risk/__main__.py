"""Entry point of `python -m grooming_risk`."""

from grooming_risk.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
