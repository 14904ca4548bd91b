"""A case as CASE/UCO JSON-LD, which forensic laboratories read: accounts, messages, the export, the review.

Written only when it is asked for. Classes and properties are those of CASE 1.5 and UCO; a test validates a graph with
the shapes that the package case-utils ships. Nothing of the internal block is in it.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from typing import Any

from grooming_risk.handover.case.case import Case, CaseMessage, Source

_UCO, _CASE = "https://ontology.unifiedcyberontology.org/uco/", "https://ontology.caseontology.org/case/"
_CONTEXT = {
    "kb": "http://example.org/kb/",
    "case-investigation": f"{_CASE}investigation/",
    "uco-action": f"{_UCO}action/",
    "uco-core": f"{_UCO}core/",
    "uco-observable": f"{_UCO}observable/",
    "uco-types": f"{_UCO}types/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
Node = dict[str, Any]


def case_uco(case: Case) -> str:
    """Return the graph of a case as JSON-LD; the same case gives the same text.

    Args:
        case: the case.

    Returns:
        JSON-LD with the objects in `@graph`.
    """
    graph = list(_objects(case))
    record = _node(case, "case-investigation:ProvenanceRecord", "provenance")
    record |= {"uco-core:description": case.explanation, "uco-core:object": [_reference(node) for node in graph]}
    graph += [record, _review(case, record)]
    return json.dumps({"@context": _CONTEXT, "@graph": graph}, indent=1) + "\n"


def _objects(case: Case) -> Iterator[Node]:
    if case.source is not None:
        yield _file(case, case.source)
    accounts = {}
    for participant in case.participants:
        account = _node(case, "uco-observable:ObservableObject", "account", participant.speaker)
        facets = [
            {
                **_node(case, "uco-observable:AccountFacet", "account-facet", participant.speaker),
                "uco-observable:accountIdentifier": participant.platform_id or participant.speaker,
            }
        ]
        if participant.screen_name:
            digital = _node(case, "uco-observable:DigitalAccountFacet", "digital-facet", participant.speaker)
            facets.append({**digital, "uco-observable:displayName": participant.screen_name})
        account["uco-core:hasFacet"] = facets
        account["uco-core:tag"] = participant.role.value
        accounts[participant.speaker] = _reference(account)
        yield account
    thread = _node(case, "uco-observable:MessageThread", "thread")
    facet = _node(case, "uco-observable:MessageThreadFacet", "thread-facet")
    thread["uco-core:hasFacet"] = [{**facet, "uco-observable:participant": list(accounts.values())}]
    yield thread
    for message in case.messages:
        yield _message(case, message, accounts)


def _file(case: Case, source: Source) -> Node:
    node = _node(case, "uco-observable:File", "export")
    named = _node(case, "uco-observable:FileFacet", "export-file")
    named["uco-observable:sizeInBytes"] = source.bytes
    if source.name is not None:
        named["uco-observable:fileName"] = source.name
    digest = {
        **_node(case, "uco-types:Hash", "export-hash"),
        "uco-types:hashMethod": "SHA256",
        "uco-types:hashValue": {"@type": "xsd:hexBinary", "@value": source.sha256},
    }
    content = {**_node(case, "uco-observable:ContentDataFacet", "export-content"), "uco-observable:hash": digest}
    node["uco-core:hasFacet"] = [named, content]
    return node


def _message(case: Case, message: CaseMessage, accounts: dict[str, Node]) -> Node:
    node = _node(case, "uco-observable:Message", "message", str(message.index))
    facet = _node(case, "uco-observable:MessageFacet", "message-facet", str(message.index))
    facet["uco-observable:from"] = accounts[message.speaker]
    facet["uco-observable:to"] = [account for speaker, account in accounts.items() if speaker != message.speaker]
    facet["uco-observable:messageID"] = message.message_id or str(message.index)
    if message.text is not None:
        facet["uco-observable:messageText"] = message.text
    if message.sent_at is not None:
        facet["uco-observable:sentTime"] = {"@type": "xsd:dateTime", "@value": message.sent_at}
    node["uco-core:hasFacet"] = [facet]
    if message.tactics:
        node["uco-core:tag"] = list(message.tactics)
    return node


def _review(case: Case, record: Node) -> Node:
    viewed = set(case.review.viewed)
    messages = (message for message in case.messages if message.index in viewed)
    action = _node(case, "case-investigation:InvestigativeAction", "review")
    return {
        **action,
        "uco-core:name": "Review of the conversation by a person",
        "uco-core:description": f"Decision: {case.review.decision}. Role of the reviewer: {case.review.role}.",
        "uco-action:endTime": {"@type": "xsd:dateTime", "@value": case.review.decided_at},
        "uco-action:object": [{"@id": _name(case, "message", str(message.index))} for message in messages],
        "uco-action:result": [_reference(record)],
    }


def _node(case: Case, kind: str, name: str, part: str = "") -> Node:
    return {"@id": _name(case, name, part), "@type": kind}


def _name(case: Case, name: str, part: str) -> str:
    """Name an object by a UUID that the case decides, so that the same case gives the same names."""
    seed = f"{case.internal.record_digest} {case.case_id} {name} {part}"
    return f"kb:{name}-{uuid.uuid5(uuid.NAMESPACE_OID, seed)}"


def _reference(node: Node) -> Node:
    return {"@id": node["@id"]}
