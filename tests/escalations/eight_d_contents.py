"""A complete content for every step of an 8D."""

from typing import Any

from escalations.eight_d_workflow import Discipline

CONTENTS: dict[Discipline, dict[str, Any]] = {
    Discipline.D1: {
        "champion": "Ann Bell, plant manager",
        "team": [{"name": "Tom Reed", "role": "Process engineer", "contact": "t.reed@a.example"}],
    },
    Discipline.D2: {
        "problem": "Seven housings with burrs at incoming inspection.",
        "affected": [{"part": "P-1", "plant": "NGB", "defect": "Burr", "quantity": "7"}],
        "is_is_not": [{"aspect": "what", "is": "Burr on the flange", "is_not": "On the bore"}],
    },
    Discipline.D3: {
        "containment": [{"action": "Sort all stock", "owner": "Tom Reed", "done_on": "2026-11-06"}],
        "stock": [
            {"place": "supplier", "quantity": "1200", "checked": "1200", "found": "3"},
            {"place": "transit", "quantity": "0", "checked": "0", "found": "0"},
            {"place": "customer", "quantity": "400", "checked": "400", "found": "1"},
        ],
        "result": "Only certified parts are delivered since 6 November.",
        "marking": "Green dot on the label",
        "clean_from": "2026-11-09",
    },
    Discipline.D4: {
        "occurrence_method": "five_whys",
        "occurrence_whys": [{"because": "The die was worn"}, {"because": "No limit of strokes"}],
        "occurrence_cause": "The die has no maintenance by strokes.",
        "occurrence_proof": "A worn die makes the burr, a new one does not.",
        "non_detection_method": "ishikawa",
        "non_detection_branches": [
            {"branch": "method", "possible_cause": "Not in the plan", "finding": "confirmed"},
            {"branch": "man", "possible_cause": "Overlooked", "finding": "excluded"},
        ],
        "non_detection_cause": "The flange is not in the control plan.",
        "non_detection_proof": "The plan of 2024 has no such characteristic.",
        "responsibility": "open",
    },
    Discipline.D5: {
        "chosen": [
            {
                "action": "Maintain by strokes",
                "against": "occurrence",
                "why": "The die never wears that far",
                "owner": "Tom Reed",
                "planned_on": "2026-11-20",
            },
            {
                "action": "Check the flange",
                "against": "non_detection",
                "why": "A burr is seen at once",
                "owner": "Eve Moss",
                "planned_on": "2026-11-18",
            },
        ]
    },
    Discipline.D6: {
        "implemented": [
            {
                "action": "Maintain by strokes",
                "owner": "Tom Reed",
                "done_on": "2026-11-10",
                "evidence": "Plan MP-12",
            }
        ],
        "verification": "No burr in 3,000 parts.",
        "verified_on": "2026-11-11",
    },
    Discipline.D7: {
        "fmea": "updated",
        "fmea_note": "Revision 7",
        "control_plan": "not_needed",
        "control_plan_note": "Changed in D6",
        "similar": [{"part": "P-2", "risk": "Same die design", "action": "Same limit"}],
    },
    Discipline.D8: {"summary": "A worn die made burrs; it is changed by strokes now."},
    Discipline.SHORT: {
        "known_from": "8D-2026-00001",
        "known_cause": "Worn die.",
        "why_again": "Parts made before the change were still on their way.",
        "known_action": "Maintenance by strokes.",
        "effective_from": "2026-10-01",
        "affected_lots": "Lots before 40/2026.",
        "contained": "Sorted at the customer.",
    },
}
