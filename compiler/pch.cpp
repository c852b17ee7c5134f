// A library needs a unit; this one exists to hold the precompiled header.
