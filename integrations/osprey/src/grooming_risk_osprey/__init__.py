"""Plugin for ROOST Osprey: functions for rules, and a sink that follows conversations live."""
