"""Writing into the working group and the scenarios: one function for each verb, each leaves one event."""
