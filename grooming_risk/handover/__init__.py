"""A reviewed case, ready for those who act on it: who they are, what they ask, and a package. Nothing is ever sent."""

from grooming_risk.handover.addressees.channels import Channel, channels, countries
from grooming_risk.handover.addressees.completeness import Completeness, Finding, completeness
from grooming_risk.handover.addressees.requirements import Addressee, Need
from grooming_risk.handover.bag import BagCheck, verify_bag
from grooming_risk.handover.case.answers import Answers, blank_answers, parse_answers, read_answers
from grooming_risk.handover.case.building import CaseOptions, make_case
from grooming_risk.handover.case.case import Case, TextScope
from grooming_risk.handover.case.source import source_of
from grooming_risk.handover.cybertip import cybertip_draft
from grooming_risk.handover.language.languages import languages
from grooming_risk.handover.package import Package, PackageOptions, package_files, write_package
from grooming_risk.handover.reading import read_case

__all__ = [
    "Addressee",
    "Answers",
    "BagCheck",
    "Case",
    "CaseOptions",
    "Channel",
    "Completeness",
    "Finding",
    "Need",
    "Package",
    "PackageOptions",
    "TextScope",
    "blank_answers",
    "channels",
    "completeness",
    "countries",
    "cybertip_draft",
    "languages",
    "make_case",
    "package_files",
    "parse_answers",
    "read_answers",
    "read_case",
    "source_of",
    "verify_bag",
    "write_package",
]
